#!/usr/bin/env python3
"""Keeps docs/element.md equal to what gst-inspect says of stippredict.

    docs/make_element_page.py            writes the parts that are made
    docs/make_element_page.py --check    changes nothing; exit code 1, and what differs, if they are old

The page has made parts between `<!-- made: NAME -->` and `<!-- end -->`; the rest is written by hand.
GST_PLUGIN_PATH must lead to the plugin (`meson devenv -C build` does that).
"""
import difflib
import os
import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).with_name("element.md")
INHERITED = {"name", "parent"}
LARGEST = {str(2**31 - 1), str(2**63 - 1), str(2**64 - 1)}


def inspect():
    environment = {**os.environ, "GST_INSPECT_NO_COLORS": "1", "LC_ALL": "C"}
    result = subprocess.run(
        ["gst-inspect-1.0", "--no-colors", "stippredict"],
        capture_output=True, text=True, env=environment, check=False,
    )
    if result.returncode != 0:
        sys.exit("make_element_page: gst-inspect-1.0 does not find stippredict; set GST_PLUGIN_PATH")
    return result.stdout


def section(text, title):
    """The lines under a heading of gst-inspect, up to the next one."""
    found = re.search(rf"^{title}:\n(.*?)(?=^\S|\Z)", text, re.M | re.S)
    return found.group(1) if found else ""


class Property:
    def __init__(self, name, blurb, lines):
        self.name = name
        self.blurb = blurb
        self.flags = re.sub(r"^flags: ", "", lines[0])
        self.kind = lines[1] if len(lines) > 1 else ""
        self.details = lines[2:]

    def values(self):
        found = re.match(r'Enum "\w+"', self.kind)
        if not found:
            return []
        return [re.match(r"\(-?\d+\): (\S+)\s+- (.*)", line).groups() for line in self.details]

    def fields(self):
        """Of a structure: the names of its fields."""
        return [line.split(":")[0] for line in self.details if "GstStructure" in self.kind]

    def range(self):
        if self.values():
            return "<br>".join(f"`{nick}`: {text}" for nick, text in self.values())
        found = re.search(r"Range:\s*(\S+)\s+-\s+(\S+)", self.kind)
        if found:
            low, high = found.groups()
            return f"from {low}" if high in LARGEST else f"{low} to {high}"
        return {"Str": "text", "Boo": "true, false"}.get(self.kind[:3], "structure")

    def default(self):
        found = re.search(r'Default:\s*(?:-?\d+, )?("?)(.*?)\1\s*$', self.kind)
        if not found or "writable" not in self.flags:
            return ""
        value = found.group(2)
        if value == "null":
            return "none"
        return "the largest number" if value in LARGEST else f"`{value}`"

    def mutable(self):
        if "writable" not in self.flags:
            return "read-only"
        return "NULL, READY" if "only in NULL or READY" in self.flags else "any state"


def properties(text):
    """The properties in a list of gst-inspect, each with its lines."""
    found = []
    for head in re.finditer(r"^( +)([a-z][\w-]*) *: (.*)\n((?:\1 {8,}.*\n)+)", text, re.M):
        name, blurb = head.group(2), head.group(3).strip()
        if name not in INHERITED:
            found.append(Property(name, blurb, [x.strip() for x in head.group(4).splitlines()]))
    return found


def cell(text):
    return text.replace("|", "\\|")


def property_table(found):
    lines = ["| property | what | values | default | may be set in |", "|---|---|---|---|---|"]
    for one in found:
        row = (f"`{one.name}`", cell(one.blurb), cell(one.range()), one.default(), one.mutable())
        lines.append("| " + " | ".join(row) + " |")
    return "\n".join(lines)


def pad_table(text):
    lines = ["| pad | direction | availability |", "|---|---|---|"]
    for found in re.finditer(r"^  (\w+) template: '(\S+)'\n    Availability: (.*)$", text, re.M):
        direction, name, availability = found.groups()
        lines.append(f"| `{name}` | {direction.lower()} | {availability.lower()} |")
    return "\n".join(lines)


def formats(text):
    """In the host's memory: the same on all pads, or the page would not be true."""
    found = set(re.findall(r"video/x-raw\n +format: \{ (.*) \}", section(text, "Pad Templates")))
    if len(found) != 1:
        sys.exit("make_element_page: the pads take different formats; the page says one list")
    return ", ".join(f"`{name}`" for name in found.pop().replace("(string)", "").split(", "))


def actions(text):
    names = re.findall(r'"([\w-]+)" : ', section(text, "Element Actions"))
    return "\n".join(f"- `{name}`" for name in names)


def statistics(text):
    stats = [p for p in properties(section(text, "Element Properties")) if p.name == "stats"]
    return ", ".join(f"`{field}`" for field in sorted(stats[0].fields()))


def made(text):
    templates = section(text, "Pad Templates")
    pad = templates[templates.index("Pad Properties:"):]
    pad = pad[: pad.index("template:")]
    return {
        "pads": pad_table(templates),
        "formats": formats(text),
        "properties": property_table(properties(section(text, "Element Properties"))),
        "pad properties": property_table(properties(pad)),
        "actions": actions(text),
        "statistics": statistics(text),
    }


def renew(page, parts):
    used = set()

    def part(found):
        used.add(found.group(1))
        return f"<!-- made: {found.group(1)} -->\n{parts[found.group(1)]}\n<!-- end -->"

    page = re.sub(r"<!-- made: ([\w ]+) -->\n.*?<!-- end -->", part, page, flags=re.S)
    if used != set(parts):
        sys.exit(f"make_element_page: the page has no place for {sorted(set(parts) - used)}")
    return page


def main():
    old = PAGE.read_text()
    new = renew(old, made(inspect()))
    if sys.argv[1:] != ["--check"]:
        PAGE.write_text(new)
        return
    difference = difflib.unified_diff(
        old.splitlines(), new.splitlines(), "docs/element.md", "gst-inspect", lineterm="", n=0
    )
    text = "\n".join(difference)
    if text:
        sys.exit(f"{text}\ndocs/element.md is old; run docs/make_element_page.py")


main()
