// SPDX-License-Identifier: BSD-2-Clause
// Opens pages of siftr-bpf report in Chromium and looks at what they do. Prints TAP.
//
//   page.mjs CHROMIUM PAGE PAGE-WITHOUT-PLOTS PAGE-OF-WRONG-TIMES PAGE-OF-ROUNDED-VALUES WHAT-FLOWS-PRINTS-OF-THEM PAGE-OF-A-KILLED-RUN
//            [DIRECTORY for screenshots]
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import puppeteer from "puppeteer-core";

const [chromium, withPlots, withoutPlots, wrongTimes, values, valuesTable, killed, shots] = process.argv.slice(2);
const launched = await puppeteer.launch({ executablePath: chromium, headless: true,
	args: ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"] });
let checks = 0, failed = 0, page, trouble;

const check = async (what, test) => {
	checks++;
	try {
		await test();
		console.log(`ok ${checks} - ${what}`);
	} catch (error) {
		failed = 1;
		console.log(`not ok ${checks} - ${what}`);
		console.log(String(error.stack ?? error).replace(/^/gm, "# "));
	}
};

const open = async (file, scheme) => {
	const url = pathToFileURL(file).href;
	page = await launched.newPage();
	trouble = [];
	page.on("console", (message) => trouble.push(`console: ${message.text()}`));
	page.on("pageerror", (error) => trouble.push(`error: ${error.message}`));
	page.on("dialog", (dialog) => { trouble.push("dialog"); dialog.dismiss(); });
	page.on("request", (request) => request.url() !== url && trouble.push(`request: ${request.url()}`));
	await page.setViewport({ width: 1280, height: 900 });
	await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: scheme }]);
	await page.goto(url);
};

const shoot = async (name) => shots && page.screenshot({ path: `${shots}/${name}.png`, fullPage: true });

// Runs in the page: of each canvas how many pixels are not transparent, and a sum that tells pictures apart.
const pictures = () => page.evaluate(() => [...document.querySelectorAll("canvas")].map((canvas) => {
	const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d", { willReadFrequently: true });
	copy.drawImage(canvas, 0, 0);
	const { data } = copy.getImageData(0, 0, canvas.width, canvas.height);
	const colours = new Set();
	let drawn = 0, sum = 0;
	for (let i = 0; i < data.length; i += 4) {
		if (!data[i + 3])
			continue;
		drawn++;
		sum = (sum * 31 + i + data[i] + 256 * data[i + 1] + 65536 * data[i + 2]) % 4294967296;
		if (data[i + 3] === 255)
			colours.add(data[i] << 16 | data[i + 1] << 8 | data[i + 2]);
	}
	return { drawn, sum, colours: colours.size };
}));

const ranges = () => page.$$eval(".uplot", (plots) => plots.map((plot) => [plot.dataset.from, plot.dataset.to].map(Number)));
const rows = () => page.$$eval("#flows tbody tr", (list) => list.map((row) => row.textContent));
const text = (selector) => page.$eval(selector, (element) => element.textContent);
const settle = () => page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

// Where the area of a plot is in the window.
const areaOf = async (plot) => {
	const area = (await page.$$(".u-over"))[plot];
	await area.evaluate((element) => element.scrollIntoView({ block: "center" }));
	await settle();
	return area.boundingBox();
};

// All plots show the same; a pixel of a plot is 0.03 s.
const assertAllShow = async (from, to, slack = 1e-3) => {
	await settle();
	const found = await ranges();
	assert.equal(found.length, 7);
	for (const range of found)
		assert.deepEqual(range, found[0]);
	const [begin, end] = found[0];
	assert.ok(Math.abs(begin - from) < slack && Math.abs(end - to) < slack, `${begin} to ${end}, not ${from} to ${to}`);
};

await open(withPlots, "light");
const end = (await ranges())[0][1];

await check("it draws a plot for each panel, with lines in their colours", async () => {
	const drawn = await pictures();
	assert.equal(drawn.length, 7);
	for (const picture of drawn)
		assert.ok(picture.drawn > 1000 && picture.colours > 2, JSON.stringify(drawn));
	await assertAllShow(0, end);
	assert.ok(Math.abs(end - 34.9995) < 1e-3, `${end}`);
	await shoot("light");
});

await check("cwnd chooses the scale of the windows, and the peer's window is cut off, as a note says", async () => {
	const note = await page.$eval(".plot", (plot) => plot.querySelector("h4").textContent + ": " + plot.lastElementChild.textContent);
	assert.equal(note, "Windows: Cut off above the scale of the others: snd_wnd, up to 8.0MiB.");
	const top = await page.$eval(".uplot", (plot) => Number(plot.dataset.top));
	assert.ok(top > 1e5 && top < 2 ** 18, `${top}`);
});

await check("dragging in one plot zooms all of them and draws them anew", async () => {
	const before = await pictures(), box = await areaOf(0);
	await page.mouse.move(box.x + box.width / 4, box.y + 50);
	await page.mouse.down();
	await page.mouse.move(box.x + box.width / 2, box.y + 60, { steps: 4 });
	await page.mouse.up();
	await assertAllShow(end / 4, end / 2, 0.1);
	(await pictures()).forEach((picture, index) => assert.notEqual(picture.sum, before[index].sum, `plot ${index}`));
	await shoot("zoomed");
});

await check("a double click shows all of the time again", async () => {
	const box = await areaOf(2);
	await page.mouse.click(box.x + 100, box.y + 20, { count: 2 });
	await assertAllShow(0, end);
});

await check("the cursor is in all plots at the same time, and what limited it is shown", async () => {
	const box = await areaOf(0);
	await page.mouse.move(box.x + box.width / 3, box.y + 40);
	await settle();
	const places = await page.$$eval(".u-cursor-x", (lines) => lines.map((line) => line.getBoundingClientRect().left));
	assert.equal(places.length, 7);
	for (const place of places)
		assert.ok(Math.abs(place - places[0]) < 2, `${places}`);
	assert.match(await text(".plot p[role=status]"), /^At 11\.\d+ s as sender: [a-z, ]+; as receiver: [a-z ]+/);
});

await check("keys zoom, move and show all", async () => {
	await page.keyboard.press("+");
	await assertAllShow(end / 4, 3 * end / 4);
	await page.keyboard.press("ArrowRight");
	await assertAllShow(3 * end / 8, 7 * end / 8);
	await page.keyboard.press("0");
	await assertAllShow(0, end);
});

await check("of more lines than fit the page says which are drawn", async () => {
	assert.match(await text("#thinned"), /^Drawn are [\d,]+ of 70,000 lines: .* no extreme is left out/);
});

await check("search finds a connection by its words", async () => {
	assert.equal((await rows()).length, 200);
	assert.match(await text("#found"), /^302 of 302/);
	await page.keyboard.press("/");
	await page.keyboard.type("50123 SHORT 10.0.0.2");
	assert.deepEqual((await rows()).map((row) => row.slice(0, 28)), ["10.0.0.1:80 > 10.0.0.2:50123"]);
	await page.keyboard.press("Enter");
	await page.keyboard.press("j");
	await page.click("#flows tbody tr");
	assert.equal(await text("#flow-title"), "10.0.0.1:80 > 10.0.0.2:50123");
});

await check("markup in a log stays text", async () => {
	await page.$eval("#search", (input) => { input.value = "script>"; input.dispatchEvent(new Event("input")); });
	const found = await rows();
	assert.equal(found.length, 1);
	assert.ok(found[0].includes('</script><b>"&<!--'), found[0]);
	await page.click("#flows tbody tr");
	assert.ok((await text("#flow-facts")).includes("process </script><b>"));
	assert.equal(await page.$$eval("b", (list) => list.length), 0);
	assert.equal(await page.evaluate(() => document.querySelectorAll("script:not([type])").length), 1);
});

await check("the head of a column sorts", async () => {
	await page.$eval("#search", (input) => { input.value = ""; input.dispatchEvent(new Event("input")); });
	await page.$$eval("#flows th button", (list) => list.find((button) => button.textContent === "srtt").click());
	const first = await page.$eval("#flows tbody tr", (row) => row.cells[document.querySelector("th[aria-sort]").cellIndex].textContent);
	assert.match(first, /^3\d\.?\d*ms$/);
	assert.equal(await page.$$eval("th[aria-sort=descending]", (list) => list.length), 1);
});

await check("a direction without payload is not said to lack the fields that show it", async () => {
	const fallen = await page.$$eval("#flows tbody tr", (list) => list.findIndex((row) => row.textContent.includes("short")));
	await page.$$eval("#flows tbody tr", (list, row) => list[row].click(), fallen);
	assert.match(await text("#absent"), /Sequence numbers received, and their acknowledgements: no packet there has payload\./);
	assert.doesNotMatch(await text("#absent"), /fields of packet/);
	await page.$$eval("#flows tbody tr", (list) => list.find((row) => row.textContent.includes("transfer")).click());
	assert.equal(await text("#absent"), "");
});

await check("it fits paper, light and with its heads, and is as before afterwards", async () => {
	await page.setViewport({ width: 720, height: 1000 });
	await page.emulateMediaType("print");
	await page.evaluate(() => dispatchEvent(new Event("beforeprint")));
	await settle();
	assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= 720));
	assert.ok(await page.$eval("#flows th button", (button) => button.getBoundingClientRect().width > 5));
	const inks = await page.$$eval(".bar > *, .swatch, .u-marker", (list) => list.map((part) => getComputedStyle(part).printColorAdjust));
	assert.ok(inks.length > 10 && inks.every((ink) => ink === "exact"));
	const hidden = await page.$$eval(".tools", (list) => list.filter((part) => !part.offsetHeight).map((part) => part.textContent));
	assert.deepEqual(hidden, ["Move over a plot: what limited it then is shown here."]);
	assert.equal(await page.$$eval("button, input, label, .u-legend .u-series:first-child", (list) =>
		list.filter((part) => part.offsetHeight && !part.closest("th")).length), 0);
	await shoot("print");
	await page.evaluate(() => dispatchEvent(new Event("afterprint")));
	await page.emulateMediaType("screen");
	await page.setViewport({ width: 1280, height: 900 });
	assert.ok((await page.pdf()).length > 20000);
	assert.equal((await pictures()).length, (await ranges()).length);
});

await check("nothing was requested, and nothing went wrong", () => assert.deepEqual(trouble, []));

await check("it is dark where the system is, or by a click", async () => {
	await open(withPlots, "dark");
	const colour = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor), dark = await colour();
	const drawn = await pictures();
	assert.equal(dark, "rgb(20, 23, 27)");
	await shoot("dark");
	await page.click("#theme");
	assert.equal(await colour(), "rgb(255, 255, 255)");
	await settle();
	(await pictures()).forEach((picture, index) => assert.notEqual(picture.sum, drawn[index].sum, `plot ${index}`));
	assert.deepEqual(trouble, []);
});

await check("without the library there are drawings, and the page says what is missing", async () => {
	await open(withoutPlots, "light");
	assert.equal(await page.$$eval("#plots svg", (list) => list.length), 4);
	assert.ok(await page.$eval("#plots svg path.l", (line) => getComputedStyle(line).fill === "none" && line.getTotalLength() > 500));
	assert.match(await text("#absent"), /built without uPlot/);
	assert.equal((await rows()).length, 200);
	await shoot("without");
	assert.deepEqual(trouble, []);
});

await check("times after the year 9999 are shown as seconds", async () => {
	await open(wrongTimes, "light");
	assert.match((await rows()).join(" "), /900000000000\.000/);
	assert.match(await text("#flow-facts"), /900000000000\.000000/);
	assert.deepEqual(trouble, []);
});

await check("times that count from the start of a log are seconds", async () => {
	await open(values, "light");
	assert.match((await rows()).join(" "), /[a-z]2\.000s/);
	assert.match(await text("#flow-facts"), /from 2\.000000s,/);
	assert.doesNotMatch(await (await text("#flow-facts")) + (await rows()).join(" "), /1970|UTC/);
	assert.deepEqual(trouble, []);
});

await check("of a killed run all lines are read, and the page says no other", async () => {
	await open(killed, "light");
	assert.deepEqual(await page.$$eval("#logs tbody tr", (list) => list.map((row) => row.cells[1].textContent)),
		["no footer: killed or cut short"]);
	await open(values, "light");
});

await check("sizes and times are rounded as siftr-bpf flows rounds them", async () => {
	const titles = await page.$$eval("#flows th", (list) => list.map((head) => head.textContent));
	const cells = (await page.$$eval("#flows tbody tr", (list) => list.map((row) => [...row.cells].map((cell) => cell.textContent))))
		.map((row) => ["Flow", "Duration", "srtt p95", "cwnd max"].map((title) => row[titles.indexOf(title)]).join(" ")).sort();
	const printed = readFileSync(valuesTable, "utf8").trimEnd().split("\n").slice(1).map((line) => line.split(/ {2,}/))
		.map((row) => [row[0], row[6], row[10].split("/")[2], row[11].split("/")[2]].join(" ")).sort();
	assert.ok(printed.length > 15);
	assert.deepEqual(cells, printed);
	assert.deepEqual(trouble, []);
});

await launched.close();
console.log(`1..${checks}`);
process.exit(failed);
