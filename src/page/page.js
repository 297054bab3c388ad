"use strict";
(() => {

const byId = (id) => document.getElementById(id);
const dataOf = (name, number) => {
	const block = byId(name + "-" + number);
	return block && JSON.parse(block.textContent);
};
const report = dataOf("report", 0);
const at = Object.fromEntries(report.columns.map((name, index) => [name, index]));
const hasPlots = typeof uPlot === "function";

/* Text of a log goes into the page as text nodes only. */
const element = (name, text, className) => {
	const made = document.createElement(name);
	if (text !== undefined && text !== null)
		made.textContent = text;
	if (className)
		made.className = className;
	return made;
};

/* ---- numbers ---- */

/* As printf() rounds: of a tie, which only a number that is one exactly can be, to the even digit. */
const rounded = (value, digits) => {
	const text = value.toFixed(digits), isTie = value * 2 ** (digits + 1) % 2 === 1;
	return isTie && text.at(-1) % 2 ? (value - 10 ** -digits / 4).toFixed(digits) : text;
};
/* Values are written as siftr-bpf writes them elsewhere. */
const sizeUnits = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
const asSize = (bytes) => {
	let unit = 0, value = bytes / 1024;
	for (; value >= 1023.95 && unit + 1 < sizeUnits.length; unit++)
		value /= 1024;
	return bytes < 1024 ? Math.round(bytes) + "B" : rounded(value, 1) + sizeUnits[unit];
};
const asRate = (bytes) => asSize(bytes) + "/s";
const asTime = (us) => us < 1000 ? Math.round(us) + "us" : us < 1e6 ? rounded(us / 1000, 1) + "ms" : rounded(us / 1e6, 3) + "s";
/* Steps are round numbers: they have no more decimals than they need. */
const stepText = (value, factor, units) => {
	let unit = 0;
	for (; unit + 1 < units.length && value >= factor; unit++)
		value /= factor;
	return Number(value.toPrecision(4)) + units[unit];
};
const sizeStep = (bytes) => stepText(bytes, 1024, ["B", ...sizeUnits]);
const rateStep = (bytes) => sizeStep(bytes) + "/s";
const timeStep = (us) => us < 1e6 ? stepText(us, 1000, ["us", "ms"]) : Number((us / 1e6).toPrecision(us < 1e8 ? 4 : 7)) + "s";
const stepOf = new Map([[asSize, sizeStep], [asRate, rateStep], [asTime, timeStep]]);
const asCount = (count) => count.toLocaleString("en");
/* Times before 1971 count from the start of a log, as tcp_probe's; a wrong log may have times that no calendar has. */
const DAY_US = 86400e6, YEAR_1971_US = 365 * DAY_US, YEAR_10000_US = 253402300800e6;
const hasDate = (us) => us >= YEAR_1971_US && us < YEAR_10000_US;
const asClock = (us) => hasDate(us) ? new Date(us / 1000).toISOString().replace("T", " ").slice(0, 19) + "." +
	String(us % 1e6).padStart(6, "0") : (us / 1e6).toFixed(6) + "s";
const asMoment = (us) => asClock(us) + (hasDate(us) ? " UTC" : "");
const asShare = (us, all) => rounded(100 * us / all, 1) + " %";
const known = (format) => (value) => value === null || value === undefined ? "" : format(value);

/* ---- limits ---- */

const limitColours = {
	idle: "#b9c0c8", application: "#4aa564", send_buffer: "#8a9a1c", receive_window: "#3b82d0", zero_window: "#1f4f9e",
	slow_start: "#f2b84b", avoidance: "#e08a1e", pacing: "#8e63c7", small_segment: "#9c6b4a", recovery: "#d8504d",
	probe_wait: "#e58ac4", rto_wait: "#8f1d2c", closing: "#5f7184", unknown: "#d9d2c3",
	sender: "#b9c0c8", reader: "#3b82d0", hole: "#d8504d", delayed_ack: "#9c6b4a", closed: "#5f7184",
};
const limitText = (limits, name) => {
	const found = limits.find((limit) => limit[0] === name);
	return found ? found[1] : name;
};

/* ---- the table of flows ---- */

const end = (address, port) => (address.includes(":") ? "[" + address + "]" : address) + ":" + port;
const titleOf = (flow) => end(flow[at.laddr], flow[at.lport]) + " > " + end(flow[at.faddr], flow[at.fport]);
const number = (title, name, format) => ({title, value: (flow) => flow[at[name]], format: known(format), number: true});
const isOneDay = new Set(report.flows.map((flow) => Math.floor(flow[at.begin] / DAY_US))).size < 2;
const tableColumns = [
	{title: "Connection", value: titleOf, format: (text) => text},
	{title: "Process", value: (flow) => flow[at.comm], format: known(String)},
	{title: "CC", value: (flow) => flow[at.cc_name], format: known(String)},
	{title: "Limit as sender", value: (flow) => flow[at.limit],
		format: known((name) => limitText(report.send_limits, name))},
	{title: "As receiver", value: (flow) => flow[at.receive_limit],
		format: known((name) => limitText(report.receive_limits, name))},
	number("Begin", "begin", (us) => !hasDate(us) ? (us / 1e6).toFixed(3) + "s" :
		isOneDay ? asClock(us).slice(11, 23) : asClock(us).slice(0, -3)),
	number("Duration", "duration_us", asTime),
	{title: "Lines", value: (flow) => flow[at.lines_in] + flow[at.lines_out], format: asCount, number: true},
	number("Sent", "bytes_sent", asSize),
	number("Received", "bytes_received", asSize),
	number("Acknowledged", "acked_rate", asRate),
	number("Sent again", "retransmissions", asCount),
	number("RTOs", "timeouts", asCount),
	number("srtt", "srtt_median", asTime),
	number("srtt p95", "srtt_p95", asTime),
	number("cwnd max", "cwnd_max", asSize),
	number("Flow", "flowid", String),
].filter((column) => report.flows.some((flow) => ![null, ""].includes(column.value(flow))));
const ROWS_AT_A_TIME = 200;
const table = {order: tableColumns.findIndex((column) => column.title === "Lines"), descending: true, shown: ROWS_AT_A_TIME, found: [], chosen: -1};

const searchText = (flow) => [titleOf(flow), flow[at.laddr], flow[at.faddr], flow[at.comm], flow[at.cc_name], flow[at.flowid],
	flow[at.pid], limitText(report.send_limits, flow[at.limit]), limitText(report.receive_limits, flow[at.receive_limit])]
	.join(" ").toLowerCase();

const compare = (a, b) => {
	const column = tableColumns[table.order];
	const one = column.value(report.flows[a]), other = column.value(report.flows[b]);
	const noOne = one === null, noOther = other === null;
	if (noOne || noOther)
		return noOne - noOther || a - b;
	const order = one < other ? -1 : one > other ? 1 : 0;
	return (table.descending ? -order : order) || a - b;
};

const rowOf = (index) => {
	const flow = report.flows[index], row = element("tr");
	row.dataset.flow = index;
	row.tabIndex = index === table.chosen ? 0 : -1;
	row.setAttribute("aria-selected", index === table.chosen);
	for (const column of tableColumns)
		row.append(element("td", column.format(column.value(flow)), column.number ? "number" : ""));
	return row;
};

const showRows = () => {
	const rows = table.found.slice(0, table.shown).map(rowOf);
	byId("flows").tBodies[0].replaceChildren(...rows);
	if (rows.length && !rows.some((row) => row.tabIndex === 0))
		rows[0].tabIndex = 0;
	byId("more").hidden = table.found.length <= table.shown;
	byId("found").textContent = asCount(table.found.length) + " of " + asCount(report.flows.length) + " connections";
};

const search = () => {
	const words = byId("search").value.toLowerCase().split(/\s+/).filter(Boolean);
	table.found = [];
	report.flows.forEach((flow, index) => {
		const text = words.length ? searchText(flow) : "";
		if (words.every((word) => text.includes(word)))
			table.found.push(index);
	});
	table.found.sort(compare);
	table.shown = ROWS_AT_A_TIME;
	showRows();
};

const sortBy = (order) => {
	table.descending = table.order === order ? !table.descending : Boolean(tableColumns[order].number);
	table.order = order;
	showHead();
	search();
};

const showHead = () => {
	const row = element("tr");
	tableColumns.forEach((column, order) => {
		const cell = element("th", null, column.number ? "number" : ""), button = element("button", column.title);
		button.type = "button";
		button.addEventListener("click", () => sortBy(order));
		if (order === table.order)
			cell.setAttribute("aria-sort", table.descending ? "descending" : "ascending");
		cell.append(button);
		row.append(cell);
	});
	byId("flows").tHead.replaceChildren(row);
};

/* ---- the series of a flow ---- */

const decode = ([name, type, text]) => {
	const binary = atob(text), bytes = new Uint8Array(binary.length);
	for (let i = 0; i < bytes.length; i++)
		bytes[i] = binary.charCodeAt(i);
	const view = new DataView(bytes.buffer), width = type === "u32" ? 4 : 8, values = new Array(bytes.length / width);
	for (let i = 0; i < values.length; i++) {
		const value = width === 4 ? view.getUint32(4 * i, true) : view.getFloat64(8 * i, true);
		values[i] = width === 4 && value === 0xffffffff || Number.isNaN(value) ? null : value;
	}
	return [name, values];
};

const panels = [
	{title: "Windows", format: asSize, series: [["cwnd", "cwnd"], ["ssthresh", "ssthresh"], ["inflight", "in flight"],
		["snd_wnd", "snd_wnd, the peer's window"]], bounds: ["snd_wnd"], fields: "the 27 columns"},
	{title: "Round-trip time", format: asTime, series: [["srtt", "srtt"], ["min_rtt", "min_rtt"]], fields: "srtt, of the 27 columns"},
	{title: "Rate", format: asRate, isRate: true, series: [["sent", "sent"], ["acked", "acknowledged"], ["received", "received"],
		["pacing_rate", "pacing rate"]], fields: "the fields of bytes or packet, and of rate for the pacing rate"},
	{title: "Buffers", format: asSize, series: [["snd_buf_cc", "snd_buf_cc, written and not acknowledged"],
		["sk_wmem_queued", "sk_wmem_queued"], ["snd_buf_hiwater", "snd_buf_hiwater"],
		["rcv_buf_cc", "rcv_buf_cc, not read"], ["sk_rmem_alloc", "sk_rmem_alloc"],
		["rcv_buf_hiwater", "rcv_buf_hiwater"], ["rcv_wnd", "rcv_wnd, offered"]],
		bounds: ["snd_buf_hiwater", "rcv_buf_hiwater", "rcv_wnd"], fields: "the 27 columns"},
	{title: "Sequence numbers sent, and their acknowledgements", format: asSize, isSequence: true,
		series: [["sent_seq", "sent", "points"], ["resent_seq", "sent again", "points"], ["sent_ack", "acknowledged", "steps"],
			["sent_window", "end of the peer's window", "steps"]], fields: "the fields of packet, and of probe for the window"},
	{title: "Sequence numbers received, and their acknowledgements", format: asSize, isSequence: true,
		series: [["received_seq", "received", "points"], ["received_ack", "acknowledged", "steps"]], fields: "the fields of packet"},
];
const colours = {
	light: ["#0060a8", "#d55e00", "#007a5a", "#a0307a", "#56708a", "#8a6d00", "#b02020"],
	dark: ["#6cb6ff", "#ffa066", "#4fd1a5", "#e58ac4", "#a8bccf", "#e0c050", "#ff7b7b"],
};
const dashes = [[], [8, 4], [3, 3], [10, 4, 3, 4], [2, 5], [6, 3, 2, 3], [14, 4]];

/* The rows of the panel that have one of its columns. */
const panelData = (panel, series, time) => {
	const present = panel.series.filter(([name]) => series[name]);
	if (!present.length || panel.isSequence && present[0] !== panel.series[0])
		return null;
	if (!panel.isSequence)
		return {present, data: [time, ...present.map(([name]) => series[name])]};
	const rows = [];
	for (let i = 0; i < time.length; i++)
		if (present.some(([name]) => series[name][i] !== null))
			rows.push(i);
	return {present, data: [time, ...present.map(([name]) => series[name])].map((values) => rows.map((i) => values[i]))};
};

/* The least of 1, 2 and 5 times a power of ten that is at least `least`. */
const roundUp = (least) => {
	const power = 10 ** Math.floor(Math.log10(least));
	return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= least * (1 - 1e-9));
};

/* What a counter grew by in each of the slices from `first` on, as a rate; null where it is not known. */
const rates = (time, values, first, width, count) => {
	const result = new Array(count).fill(null);
	let row = 0, before = null, value = null;
	while (row < time.length && time[row] < first)
		value = values[row] ?? value, row++;
	for (let slice = 0; slice < count; slice++) {
		before = value;
		for (; row < time.length && time[row] < first + (slice + 1) * width; row++)
			value = values[row] ?? value;
		if (value !== null && row > 0)
			result[slice] = Math.max(0, value - (before ?? 0)) / width;
		if (row === time.length && first + (slice + 1) * width > time[row - 1])
			break;
	}
	return result;
};

const greatest = (time, values, first, width, count) => {
	const result = new Array(count).fill(null);
	for (let row = 0; row < time.length; row++) {
		const slice = Math.floor((time[row] - first) / width);
		if (slice >= 0 && slice < count && values[row] !== null && !(result[slice] > values[row]))
			result[slice] = values[row];
	}
	return result;
};

const RATE_SLICES = 200;
const rateData = (plot, from, to) => {
	const width = roundUp((to - from) / RATE_SLICES), first = Math.floor(from / width) * width;
	const count = Math.ceil((to - first) / width) + 1;
	plot.note.textContent = "Bytes in each " + timeStep(1e6 * width) + ", times " + Number((1 / width).toPrecision(4)) +
		(plot.present.some(([name]) => name === "pacing_rate") ? "; of the pacing rate the greatest" : "") + ".";
	return [Array.from({length: count}, (_, slice) => first + slice * width), ...plot.present.map(([name], index) =>
		(name === "pacing_rate" ? greatest : rates)(plot.data[0], plot.data[index + 1], first, width, count))];
};

/*
 * A panel's bounds, such as the peer's window, may be a thousand times what they bound, which would be a flat line on their
 * scale. The others choose the scale, and what is above it is cut off, unless nothing else has a value.
 */
const greatestOf = (values) => values.reduce((most, value) => value > most ? value : most, 0);
const cutSeries = (panel, {present, data}) => {
	const isBound = ([name]) => (panel.bounds || []).includes(name);
	const maxima = present.map((series, index) => greatestOf(data[index + 1]));
	const top = Math.max(0, ...maxima.filter((most, index) => !isBound(present[index])));
	return top ? present.map((series, index) => [series, maxima[index]]).filter(([series, most]) => isBound(series) && most > top) : [];
};

/* ---- plots ---- */

const view = {plots: [], from: 0, to: 1, end: 1, series: null, detail: null, flow: -1, printing: false};
const theme = () => document.documentElement.classList.contains("dark") ? "dark" : "light";
const cssColour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const AXIS_WIDTH = 84;
const powersOfTwo = Array.from({length: 60}, (_, power) => 2 ** power);
const plotWidth = () => view.printing ? 680 : Math.max(320, byId("plots").clientWidth);
const asSeconds = (seconds) => Number(seconds.toPrecision(9)) + "";

const axes = (panel) => {
	const stroke = cssColour("--quiet"), grid = {stroke: cssColour("--grid"), width: 1};
	return [
		{stroke, grid, ticks: grid, values: (plot, splits) => splits.map((x) => asSeconds(x) + " s")},
		{stroke, grid, ticks: grid, size: AXIS_WIDTH, values: (plot, splits) => splits.map((y) => (stepOf.get(panel.format) || panel.format)(y)),
			...(panel.format === asTime ? {} : {incrs: powersOfTwo})},
	];
};

/* The marks of time are shared: what one plot shows all show. */
const showRange = (plot) => {
	plot.root.dataset.from = plot.scales.x.min;
	plot.root.dataset.to = plot.scales.x.max;
};

const zoomTo = (from, to) => {
	const span = Math.min(Math.max(to - from, 1e-5), view.end);
	view.from = Math.min(Math.max(0, from), view.end - span);
	view.to = view.from + span;
	for (const plot of view.plots)
		plot.chart.batch(() => {
			if (plot.panel.isRate)
				plot.chart.setData(rateData(plot, view.from, view.to), false);
			plot.chart.setSelect({left: 0, top: 0, width: 0, height: 0}, false);
			plot.chart.setScale("x", {min: view.from, max: view.to});
		});
	byId("range").textContent = asSeconds(view.from) + " s to " + asSeconds(view.to) + " s of " + asSeconds(view.end) + " s";
};

const options = (panel, present, cut, height) => ({
	width: plotWidth(), height,
	legend: {live: true},
	scales: {x: {time: false}, y: {range: (plot, min, max) => [0, max > 0 ? max * 1.05 : 1]}},
	axes: axes(panel),
	cursor: {
		sync: {key: "flow", setSeries: false, filters: {pub: (type) => type === "mousemove" || type === "mouseleave"}},
		drag: {x: true, y: false, setScale: false},
		bind: {dblclick: () => () => { zoomTo(0, view.end); return null; }},
	},
	hooks: {
		setScale: [(plot, key) => key === "x" ? showRange(plot) : (plot.root.dataset.top = plot.scales.y.max)],
		setSelect: [(plot) => {
			if (plot.select.width > 1)
				zoomTo(plot.posToVal(plot.select.left, "x"), plot.posToVal(plot.select.left + plot.select.width, "x"));
		}],
	},
	series: [{label: "time", value: (plot, x) => x === null || x === undefined ? "" : asSeconds(x) + " s"},
		...present.map((series, index) => ({...seriesOptions(panel, series, index), auto: !cut.some(([one]) => one === series)}))],
});

const seriesOptions = (panel, [, label, way], index) => {
	const stroke = colours[theme()][index];
	return {
		label, stroke, width: 1.5, dash: way ? [] : dashes[index], spanGaps: way === "steps" || Boolean(panel.isRate),
		value: (plot, y) => y === null || y === undefined ? "" : panel.format(y),
		points: way === "points" ? {show: true, size: 3, width: 1, fill: stroke} : {show: false},
		paths: way === "points" ? () => null : way === "steps" || panel.isRate ? uPlot.paths.stepped({align: 1})
			: uPlot.paths.linear(),
	};
};

const addPlot = (panel, found, height) => {
	const box = element("div", null, "plot"), plot = {panel, ...found, note: element("p", "", "tools")};
	const cut = cutSeries(panel, found);
	box.append(element("h4", panel.title));
	byId("plots").append(box);
	plot.chart = new uPlot(options(panel, found.present, cut, height),
		panel.isRate ? rateData(plot, 0, view.end) : found.data, box);
	if (cut.length)
		plot.note.textContent = "Cut off above the scale of the others: " +
			cut.map(([[name], most]) => name + ", up to " + panel.format(most)).join("; ") + ".";
	if (plot.note.textContent)
		box.append(plot.note);
	view.plots.push(plot);
};

/* ---- the strip of limits and events ---- */

const lanes = ["events", "as receiver", "as sender"];
const eventColours = {retransmission: "#e08a1e", recovery: "#d8504d", "retransmission timeout": "#8f1d2c",
	"tail loss probe": "#e58ac4", "zero window": "#1f4f9e", stall: "#8e63c7", undo: "#4aa564"};

const drawParts = (plot, parts, limits, lane) => {
	const context = plot.ctx, top = plot.valToPos(lane + 0.9, "y", true), bottom = plot.valToPos(lane + 0.1, "y", true);
	for (let i = 0; i < parts.length; i += 3) {
		const left = plot.valToPos(parts[i] / 1e6, "x", true), right = plot.valToPos(parts[i + 1] / 1e6, "x", true);
		context.fillStyle = limitColours[limits[parts[i + 2]][0]];
		context.fillRect(left, top, Math.max(right - left, 1), bottom - top);
	}
};

const drawEvents = (plot) => {
	const context = plot.ctx, top = plot.valToPos(0.9, "y", true), bottom = plot.valToPos(0.1, "y", true);
	for (const [kind, , time, duration] of view.detail.events) {
		const begin = (time - view.detail.first_us) / 1e6;
		const left = plot.valToPos(begin, "x", true), right = plot.valToPos(begin + duration / 1e6, "x", true);
		context.fillStyle = eventColours[kind] || cssColour("--quiet");
		context.globalAlpha = 0.45;
		context.fillRect(left, top + (bottom - top) / 3, right - left, (bottom - top) / 3);
		context.globalAlpha = 1;
		context.fillRect(left - 1, top, 2 * devicePixelRatio, bottom - top);
	}
};

const drawStrip = (plot) => {
	const {left, top, width, height} = plot.bbox, context = plot.ctx;
	context.save();
	context.beginPath();
	context.rect(left, top, width, height);
	context.clip();
	drawParts(plot, view.detail.sender, report.send_limits, 2);
	drawParts(plot, view.detail.receiver, report.receive_limits, 1);
	drawEvents(plot);
	context.restore();
};

const partAt = (parts, limits, us) => {
	for (let i = 0; i < parts.length; i += 3)
		if (us >= parts[i] && us < parts[i + 1])
			return limits[parts[i + 2]][1];
	return "-";
};

const showCursor = (plot, note) => {
	const left = plot.cursor.left;
	if (left === undefined || left < 0) {
		note.textContent = "Move over a plot: what limited it then is shown here.";
		return;
	}
	const seconds = plot.posToVal(left, "x"), us = 1e6 * seconds;
	const near = view.detail.events.filter(([, , time, duration]) => {
		const begin = time - view.detail.first_us, slack = 1e6 * (view.to - view.from) / 200;
		return us >= begin - slack && us <= begin + duration + slack;
	});
	note.textContent = "At " + asSeconds(Number(seconds.toFixed(6))) + " s as sender: " +
		partAt(view.detail.sender, report.send_limits, us) + "; as receiver: " +
		partAt(view.detail.receiver, report.receive_limits, us) +
		(near.length ? "; events: " + [...new Set(near.map(([kind]) => kind))].join(", ") : "");
};

const limitLegend = (role, parts, limits) => {
	const list = element("ul", null, "parts"), seen = new Set();
	list.append(element("li", role));
	for (let i = 2; i < parts.length; i += 3)
		seen.add(parts[i]);
	for (const limit of [...seen].sort((a, b) => a - b))
		list.append(swatch(limits[limit][0], limits[limit][1], limits[limit][2]));
	return list;
};

const swatch = (limit, text, help) => {
	const item = element("li"), colour = element("span", null, "swatch");
	colour.style.background = limitColours[limit];
	item.append(colour, text);
	if (help)
		item.title = help;
	return item;
};

const addStrip = () => {
	const panel = {title: "What limited it, and events", format: (y) => lanes[Math.floor(y)]}, note = element("p", "", "tools hint");
	const box = element("div", null, "plot"), made = options(panel, [], [], 132);
	note.setAttribute("role", "status");
	made.legend = {show: false};
	made.scales.y = {range: [0, 3]};
	made.axes[1] = {...made.axes[1], splits: () => [0.5, 1.5, 2.5], grid: {show: false}, ticks: {show: false}};
	made.series = [{}, {show: true, points: {show: false}, paths: () => null}];
	made.cursor.y = false;
	made.cursor.points = {show: false};
	made.hooks.draw = [drawStrip];
	made.hooks.setCursor = [(plot) => showCursor(plot, note)];
	box.append(element("h4", panel.title));
	byId("plots").append(box);
	view.plots.push({panel, chart: new uPlot(made, [[0, view.end], [null, null]], box)});
	box.append(note, limitLegend("As sender:", view.detail.sender, report.send_limits),
		limitLegend("As receiver:", view.detail.receiver, report.receive_limits));
};

const showFigures = (index) => {
	const figures = byId("figures-" + index), box = element("div", null, "figure");
	box.append(figures.content.cloneNode(true));
	byId("plots").append(box);
	byId("absent").append(element("li", "This siftr-bpf was built without uPlot: the plots cannot be zoomed, and those of limits " +
		"and of sequence numbers over time are missing."));
};

/* Where one direction has sequence numbers, the other lacks packets with payload, no field. */
const whyAbsent = (panel) => {
	if (!panel.isSequence)
		return "no line has it. It needs " + panel.fields + ".";
	if (panels.some((other) => other.isSequence && view.series[other.series[0][0]]))
		return "no packet there has payload.";
	return "no line has payload with its sequence number. It needs " + panel.fields + ".";
};

const showPlots = () => {
	view.plots.forEach((plot) => plot.chart.destroy());
	view.plots = [];
	byId("plots").replaceChildren();
	byId("absent").replaceChildren();
	byId("zoom").hidden = !hasPlots;
	const time = view.series.time.map((us) => us / 1e6);
	panels.forEach((panel, index) => {
		const found = panelData(panel, view.series, time);
		if (!found)
			byId("absent").append(element("li", panel.title + ": " + whyAbsent(panel)));
		else if (hasPlots)
			addPlot(panel, found, panel.isSequence || !index ? 260 : 190);
		if (hasPlots && index === 0)
			addStrip();
	});
	if (hasPlots)
		zoomTo(view.from, view.to);
	else
		showFigures(view.flow);
};

/* ---- one flow ---- */

const showLedger = (flow, role, prefix, limits) => {
	const box = element("div", null, "ledger"), bar = element("div", null, "bar"), list = element("ul", null, "parts");
	const all = flow[at.duration_us];
	for (const [name, text, help] of limits) {
		const us = flow[at[prefix + name + "_us"]], part = element("div");
		if (!us)
			continue;
		part.style.width = 100 * us / all + "%";
		part.style.background = limitColours[name];
		part.title = text + ": " + asTime(us);
		bar.append(part);
		list.append(swatch(name, text + " " + asShare(us, all) + ", " + asTime(us), help));
	}
	box.append(element("h4", role), bar, list);
	return box;
};

const showEvents = (detail) => {
	const head = element("tr"), events = detail.events.slice().sort((a, b) => b[4] - a[4] || a[2] - b[2]);
	for (const title of ["After", "Cost", "Lasted", "Event", "Cause", "From", "To"])
		head.append(element("th", title));
	byId("events").tHead.replaceChildren(head);
	byId("events").tBodies[0].replaceChildren(...events.map(([kind, cause, time, duration, cost, from, to]) => {
		const row = element("tr"), changed = kind !== "reset" && (from || to);
		const asValue = typeof from === "string" ? String : kind === "srtt rise" ? asTime :
			kind === "segment size fall" ? (bytes) => bytes + "B" : asSize;
		for (const text of [asTime(time - detail.first_us), cost ? asTime(cost) : "", duration ? asTime(duration) : "", kind, cause,
			changed ? asValue(from) : "", changed ? asValue(to) : ""])
			row.append(element("td", text));
		return row;
	}));
	byId("events").hidden = !events.length;
	byId("events-note").textContent = !events.length ? "None." : "The costliest first." +
		(detail.nr_events > events.length ? " " + asCount(detail.nr_events - events.length) + " more are not listed." : "");
};

const thinnedText = (detail) => {
	let text = detail.thinned_us ? "Drawn are " + asCount(detail.rows) + " of " + asCount(detail.lines) +
		" lines: of every " + timeStep(detail.thinned_us) + " the first, the last, and those with the least and the greatest " +
		"value of each column, so no extreme is left out." : "All " + asCount(detail.lines) + " lines are drawn.";
	const slice = Math.max(detail.sender_slice_us, detail.receiver_slice_us);
	if (slice)
		text += " Of what limited it, parts shorter than " + timeStep(slice) +
			" are drawn as the one among them that held longest; the numbers above count each.";
	return text;
};

const showFacts = (flow) => {
	const facts = [["flow", flow[at.flowid]], ["process", flow[at.comm]], ["pid", flow[at.pid]], ["CC", flow[at.cc_name]],
		["from", asMoment(flow[at.begin])], ["for", asTime(flow[at.duration_us])],
		["lines received", asCount(flow[at.lines_in])], ["lines sent", asCount(flow[at.lines_out])]];
	byId("flow-facts").textContent = facts.filter(([, value]) => value !== null && value !== "")
		.map((fact) => fact.join(" ")).join(", ");
};

const texts = (id, lines) => byId(id).replaceChildren(...lines.map((line) => element("li", line)));

const showFlow = (index) => {
	const flow = report.flows[index], detail = dataOf("flow", index);
	table.chosen = view.flow = index;
	showRows();
	byId("flow").hidden = false;
	byId("flow-title").textContent = titleOf(flow);
	showFacts(flow);
	byId("ledgers").replaceChildren(...(flow[at.duration_us] ? [
		showLedger(flow, "Time as sender", "send_", report.send_limits),
		showLedger(flow, "Time as receiver", "receive_", report.receive_limits)] : []));
	for (const id of ["zoom", "plots", "events", "thinned", "absent"])
		byId(id).hidden = !detail;
	if (!detail) {
		texts("sentences", []);
		texts("notes", ["The logs have too many connections: those with the fewest lines, as they were read, have no answers, plots and events. " +
			"siftr-bpf report --flow " + flow[at.flowid] + " shows this one."]);
		byId("events-note").textContent = "";
		return;
	}
	texts("sentences", detail.sentences.slice(0, 3));
	if (!detail.sentences.length)
		texts("sentences", [flow[at.duration_us] ? "Nothing that this log shows held it up." : "One moment is too little to say anything."]);
	texts("notes", detail.notes);
	byId("thinned").textContent = thinnedText(detail);
	showEvents(detail);
	view.detail = detail;
	view.series = Object.fromEntries(detail.columns.map(decode));
	view.end = Math.max(view.series.time.at(-1) / 1e6, 1e-5);
	view.from = 0;
	view.to = view.end;
	showPlots();
};

/* ---- logs ---- */

const runRow = (file, run, isFirst) => {
	const row = element("tr"), pair = (counts) => counts ? asCount(counts[0]) + " / " + asCount(counts[1]) : "";
	const lost = run && run.packets ? run.skipped_malloc[0] + run.skipped_malloc[1] : 0;
	const state = !run ? "no header or footer: this form has no accounting" : !run.packets ? "no footer: killed or cut short"
		: lost ? asCount(lost) + " packets were lost: connections may have gaps" : "complete";
	/* A footer that is missing is the reason for status 1 by itself. */
	const isPartial = file.status > 1 || file.status && file.runs.every((one) => one.packets);
	row.append(element("td", isFirst ? file.file : ""), element("td", isPartial ? state + "; not all of the file could be read" :
		state, file.status || lost || run && !run.packets ? "bad" : ""));
	for (const text of [run ? run.system : "", run ? asMoment(Math.round(1e6 * run.begin)) : "",
		run && run.end ? asMoment(Math.round(1e6 * run.end)) : "", pair(run && run.packets), pair(run && run.skipped_malloc),
		pair(run && run.skipped_tcpcb), pair(run && run.skipped_inpcb)])
		row.append(element("td", text));
	return row;
};

const showLogs = () => {
	const head = element("tr"), rows = [];
	for (const title of ["File", "State", "System", "Begin", "End", "Packets in / out", "Lost", "In a state not logged",
		"Of no connection"])
		head.append(element("th", title));
	for (const file of report.logs)
		rows.push(...(file.runs.length ? file.runs.map((run, index) => runRow(file, run, !index)) : [runRow(file, null, true)]));
	byId("logs").tHead.replaceChildren(head);
	byId("logs").tBodies[0].replaceChildren(...rows);
};

/* Each value of JSON with the names that lead to it. */
const valuesOf = (value, path) => {
	if (Array.isArray(value) && !value.some((part) => part !== null && typeof part === "object"))
		return [[path, value.join(", ")]];
	if (value === null || typeof value !== "object")
		return [[path, String(value)]];
	return Object.entries(value).flatMap(([name, part]) => valuesOf(part, path ? path + "." + name : name));
};

const showManifest = () => {
	const text = report.manifest;
	byId("manifest").hidden = !text;
	if (!text)
		return;
	try {
		byId("manifest-values").tBodies[0].replaceChildren(...valuesOf(JSON.parse(text), "").map((cells) => {
			const row = element("tr");
			row.append(...cells.map((cell) => element("td", cell)));
			return row;
		}));
		byId("manifest-text").hidden = true;
	} catch {
		byId("manifest-values").parentElement.hidden = true;
		byId("manifest-text").textContent = text;
	}
};

/* ---- keys and buttons ---- */

const zoomBy = (way) => {
	const span = view.to - view.from, middle = (view.from + view.to) / 2;
	const ranges = {
		in: [middle - span / 4, middle + span / 4], out: [middle - span, middle + span], all: [0, view.end],
		left: [view.from - span / 4, view.to - span / 4], right: [view.from + span / 4, view.to + span / 4],
	};
	if (view.plots.length)
		zoomTo(...ranges[way]);
};

const step = (by) => {
	const place = table.found.indexOf(table.chosen) + by;
	if (place < 0 || place >= table.found.length)
		return;
	if (place >= table.shown)
		table.shown += ROWS_AT_A_TIME;
	showFlow(table.found[place]);
	const row = byId("flows").tBodies[0].rows[place];
	row.focus({preventScroll: true});
	row.scrollIntoView({block: "nearest"});
};

const keys = {
	"/": () => byId("search").focus(), j: () => step(1), k: () => step(-1), "+": () => zoomBy("in"), "=": () => zoomBy("in"),
	"-": () => zoomBy("out"), ArrowLeft: () => zoomBy("left"), ArrowRight: () => zoomBy("right"), 0: () => zoomBy("all"),
};

const onKey = (event) => {
	const inTable = event.target.closest("#flows tbody"), place = {ArrowDown: 1, ArrowUp: -1}[event.key];
	if (event.ctrlKey || event.altKey || event.metaKey)
		return;
	if (event.target === byId("search")) {
		if (event.key === "Escape" || event.key === "Enter")
			event.target.blur();
		return;
	}
	if (inTable && (place || event.key === "Enter" || event.key === " ")) {
		event.preventDefault();
		if (place)
			step(place);
		else
			showFlow(Number(event.target.closest("tr").dataset.flow));
	} else if (keys[event.key]) {
		event.preventDefault();
		keys[event.key]();
	}
};

const setTheme = (dark) => {
	document.documentElement.classList.toggle("dark", dark);
	if (view.plots.length)
		showPlots();
};

const onPrint = (printing) => {
	const isDark = theme() === "dark";
	if (printing)
		view.wasDark = isDark;
	view.printing = printing;
	setTheme(!printing && view.wasDark);
};

const listen = () => {
	const systemDark = matchMedia("(prefers-color-scheme: dark)");
	setTheme(systemDark.matches);
	systemDark.addEventListener("change", () => setTheme(systemDark.matches));
	byId("theme").addEventListener("click", () => setTheme(theme() === "light"));
	byId("search").addEventListener("input", search);
	byId("more").addEventListener("click", () => { table.shown += ROWS_AT_A_TIME; showRows(); });
	byId("flows").tBodies[0].addEventListener("click", (event) => {
		const row = event.target.closest("tr");
		if (row)
			showFlow(Number(row.dataset.flow));
	});
	byId("zoom").addEventListener("click", (event) => event.target.dataset.zoom && zoomBy(event.target.dataset.zoom));
	addEventListener("keydown", onKey);
	addEventListener("beforeprint", () => onPrint(true));
	addEventListener("afterprint", () => onPrint(false));
	new ResizeObserver(() => view.plots.forEach((plot) =>
		plotWidth() !== plot.chart.width && plot.chart.setSize({width: plotWidth(), height: plot.chart.height})))
		.observe(byId("plots"));
};

byId("summary").textContent = asCount(report.flows.length) + (report.flows.length === 1 ? " connection" : " connections") + " of " +
	report.logs.length + (report.logs.length === 1 ? " log" : " logs") + ", by siftr-bpf " + report.version;
showHead();
search();
showLogs();
showManifest();
listen();
if (table.found.length)
	showFlow(table.found[0]);

})();
