// SPDX-License-Identifier: BSD-2-Clause
// What DuckDB makes of the rows of field_rows.py in a csv or as JSON lines, compressed or not, with
// the types that `siftr-bpf fields --json`, the second argument, has. Prints what is not as it
// should be.
import { readFileSync } from "node:fs";
import { DuckDBInstance } from "@duckdb/node-api";

const types = { u8: "UTINYINT", u16: "USMALLINT", u32: "UINTEGER", u64: "UBIGINT", text: "VARCHAR" };
const largest = { u8: 255n, u16: 65535n, u32: 4294967295n, u64: 18446744073709551615n, text: 'a, "b" \u00e9' };
const before = { time: "DOUBLE", direction: "VARCHAR", laddr: "VARCHAR", lport: "USMALLINT", faddr: "VARCHAR", fport: "USMALLINT" };

const path = process.argv[2].replaceAll("'", "''");
const fields = JSON.parse(readFileSync(process.argv[3], "utf8"));
const columns = { ...before, ...Object.fromEntries(fields.map((one) => [one.name, types[one.type]])) };
const list = Object.entries(columns).map(([name, type]) => `'${name}': '${type}'`).join(", ");
const reader = path.includes(".jsonl") ? `read_json('${path}', format = 'newline_delimited', ` : `read_csv('${path}', header = true, `;

const connection = await (await DuckDBInstance.create(":memory:")).connect();
const result = await connection.runAndReadAll(`SELECT * FROM ${reader} columns = {${list}}) ORDER BY time`);
const rows = result.getRowObjects();

if (rows.map((row) => row.time).join() !== "1700000000.000001,1700000000.999999,1700000001")
	console.log(`times: ${rows.map((row) => row.time)}`);
for (const [index, one] of fields.entries()) {
	const got = rows.map((row) => row[one.name]);
	const second = one.type === "text" ? String(index + 1) : BigInt(index + 1);
	const numbers = got.map((value) => (typeof value === "number" ? BigInt(value) : value));

	if (numbers[0] !== largest[one.type] || numbers[1] !== second || numbers[2] !== null)
		console.log(`${one.name}: ${got}`);
}
