# What is not as it should be in the rows of field_rows.py as JSON lines, read with --slurp. $fields
# has what `siftr-bpf fields --json` prints.
def largest: {u8: 255, u16: 65535, u32: 4294967295, u64: "18446744073709551615", text: "a, \"b\" \u00e9"}[.type];
def second: if .value.type == "u64" or .value.type == "text" then .key + 1 | tostring else .key + 1 end;

(["time", "direction", "laddr", "lport", "faddr", "fport"] + [$fields[0][].name]) as $names
| . as $rows
| (.[] | select(keys_unsorted != $names) | "members: \(keys_unsorted)"),
  ($fields[0] | to_entries[]
   | [$rows[][.value.name]] as $got | [(.value | largest), second, null] as $wanted
   | select($got != $wanted) | "\(.value.name): \($got), not \($wanted)")
