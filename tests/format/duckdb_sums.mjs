// SPDX-License-Identifier: BSD-2-Clause
// What DuckDB makes of a golden table, or of the same rows as JSON lines, compressed or not, without
// being told anything: types and sums of columns. Prints what is not as it should be.
import { DuckDBInstance } from "@duckdb/node-api";

const expected = [
	["time", "DOUBLE", 1700000000.001 + 1700000001.999999],
	["direction", "VARCHAR", null],
	["laddr", "VARCHAR", null],
	["lport", "BIGINT", 443n + 22n],
	["snd_ssthresh", "BIGINT", 1073725440n + 4284n],
	["snd_cwnd", "BIGINT", 14480n + 5712n],
	["t_flags", "BIGINT", 996n + 537919506n],
	["srtt", "BIGINT", 25000n],
	["rto", "BIGINT", 204000n + 1000000n],
	["flowid", "BIGINT", 305419896n + 1n],
];

const path = process.argv[2].replaceAll("'", "''");
const connection = await (await DuckDBInstance.create(":memory:")).connect();

async function rows(query) {
	return (await connection.runAndReadAll(query)).getRows();
}

await connection.run(`CREATE VIEW log AS FROM '${path}'`);
const types = new Map((await rows("DESCRIBE log")).map((row) => [row[0], row[1]]));
for (const [name, type, sum] of expected) {
	const got = sum === null ? null : (await rows(`SELECT sum(${name}) FROM log`))[0][0];
	const value = typeof got === "object" && got !== null ? BigInt(got.toString()) : got;

	if (types.get(name) !== type || value !== sum)
		console.log(`${name}: ${types.get(name)} ${value}, not ${type} ${sum}`);
}
const [counts] = await rows("SELECT count(*), count(srtt), count(*) FILTER (direction = 'o') FROM log");
if (counts.join() !== "2,1,1")
	console.log(`rows, rows with an srtt and rows sent: ${counts}`);
if (types.size !== 27)
	console.log(`${types.size} columns`);
