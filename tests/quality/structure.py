#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause
"""Checks how src/ is divided: no circles between files, no room that includes from a room above it,
prefixes that lead to their file, and the sizes of files and functions. The order of the rooms is the
table of docs/architecture.md. The root of the tree holds only what belongs there: what a command line
wrote into it by accident is easily committed. Prints TAP; run at the root of the tree."""

import collections
import pathlib
import re
import subprocess
import sys

FILE_LINES = 300
FUNCTION_LINES = 40
EXCEPTIONS = pathlib.Path("tests/quality/structure-exceptions.txt")
ROOMS = pathlib.Path("docs/architecture.md")
ROOT_FILES = {".clang-format", ".clang-tidy", ".clangd", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE",
              "Makefile", "README.md"}
KEYWORDS = {"__attribute__", "if", "for", "while", "switch", "return", "sizeof", "format", "constructor"}

SOURCES = sorted(pathlib.Path("src").rglob("*.[ch]"))


def unit(path):
    """A .c file and its header are one unit: src/read/dialect.c is read/dialect."""
    return str(path.relative_to("src").with_suffix(""))


def room(name):
    return name.split("/")[0] if "/" in name else "main"


def without_comments(text):
    """Comments and the insides of strings go, line breaks stay."""
    pattern = r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\''
    return re.sub(pattern, lambda match: re.sub(r"[^\n]", " ", match[0]), text, flags=re.S)


def includes(path):
    for name in re.findall(r'^#\s*include "([^"]+)"', path.read_text(), re.M):
        if pathlib.Path("src", name).is_file():
            yield str(pathlib.PurePath(name).with_suffix(""))


def functions(code):
    """(name, first line, number of lines, static) of each function, laid out as clang-format does."""
    for match in re.finditer(r"^(?!#)([A-Za-z_][^;={}#]*?)\n\{\n(.*?)^\}", code, re.M | re.S):
        names = [name for name in re.findall(r"(\w+)\(", match[1]) if name not in KEYWORDS]
        if names:
            yield (names[0], code.count("\n", 0, match.start()) + 1,
                   match[0].count("\n") + 1, match[1].startswith("static"))


def uses():
    """unit -> units it includes or whose functions it calls."""
    code = {path: without_comments(path.read_text()) for path in SOURCES}
    defined = {path: {name for name, *_ in functions(code[path])} for path in SOURCES}
    owner = {name: unit(path) for path in SOURCES if path.suffix == ".c"
             for name, _, _, static in functions(code[path]) if not static}
    graph = collections.defaultdict(set)
    for path in SOURCES:
        graph[unit(path)] |= set(includes(path)) - {unit(path)}
        if path.suffix == ".c":
            names = set(re.findall(r"(?<![\w.>])(\w+)\(", code[path])) - defined[path]
            graph[unit(path)] |= {owner[name] for name in names if name in owner} - {unit(path)}
    return graph


def circles(graph):
    """Each set of units that reach each other, by Tarjan's algorithm."""
    index, low, stack, found = {}, {}, [], []

    def visit(node):
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(graph.get(node, ())):
            if other not in index:
                visit(other)
            if other in stack:
                low[node] = min(low[node], low[other])
        if low[node] == index[node]:
            members = stack[stack.index(node):]
            del stack[-len(members):]
            if len(members) > 1:
                found.append(sorted(members))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return [f"circle {member}" for members in found for member in members]


def looks_up(graph):
    order = ["main"] + re.findall(r"^\| `src/(\w+)/` \|", ROOMS.read_text(), re.M)
    rank = {name: number for number, name in enumerate(order)}
    for name in {room(unit(path)) for path in SOURCES} - set(rank):
        yield f"room {name} is not in {ROOMS}"
    for name in sorted(graph):
        for other in sorted(graph[name]):
            if rank.get(room(name), 0) > rank.get(room(other), 0):
                yield f"up {name} {other}"


def prefixes():
    for path in SOURCES:
        for name, _, _, _ in functions(without_comments(path.read_text())):
            if "__" in name and name.split("__")[0] != path.stem:
                yield f"prefix {name} {unit(path)}"


def sizes():
    for path in SOURCES:
        text = path.read_text()
        if text.count("\n") > FILE_LINES:
            yield f"lines {path}"
        for name, _, lines, _ in functions(without_comments(text)):
            if lines > FUNCTION_LINES:
                yield f"long {name} {unit(path)}"


def strays():
    """Committed files of the root that are not ROOT_FILES. A tree without its repository has no others."""
    if pathlib.Path(".git").exists():
        tracked = subprocess.run(["git", "ls-files"], check=True, capture_output=True, text=True).stdout
        names = {name for name in tracked.splitlines() if "/" not in name}
        yield from (f"stray {name}" for name in sorted(names - ROOT_FILES))


def main():
    listed = EXCEPTIONS.read_text().splitlines()
    excepted = {line for line in listed if line and not line.startswith("#")}
    graph = uses()
    violations = {
        "no two files need each other": circles(graph),
        "no room uses a room above it": list(looks_up(graph)),
        "a prefix is the name of its file": list(prefixes()),
        f"files <= {FILE_LINES} lines, functions <= {FUNCTION_LINES}": list(sizes()),
        "no file strayed into the root": list(strays()),
    }
    every = {line for lines in violations.values() for line in lines}
    violations["each exception is still one"] = sorted(excepted - every)
    excepted &= every
    failed = False
    print(f"1..{len(violations)}")
    for number, (what, lines) in enumerate(violations.items(), 1):
        new = [line for line in lines if line not in excepted]
        print(f"{'not ok' if new else 'ok'} {number} - {what}")
        print("".join(f"# {line}\n" for line in new), end="")
        failed |= bool(new)
    return failed


if __name__ == "__main__":
    sys.exit(main())
