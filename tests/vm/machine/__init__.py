"""The host's half of the guest tests: fetch a kernel, pack an image, boot it, read its results."""
