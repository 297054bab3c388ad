"""The guest's half of the tests. Only bed.scenario is imported on the host as well."""
