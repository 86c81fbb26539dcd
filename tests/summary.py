#!/usr/bin/env python3
"""Counts the cases in Meson's JUnit log and prints the closing line; fails if anything failed.

usage: summary.py testlog.junit.xml FORMAT_CHECK_EXIT_CODE
"""
import sys
import xml.etree.ElementTree as ElementTree


def count(path):
    passed, failed, skipped = 0, [], 0
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        name = f"{case.get('classname')}.{case.get('name')}"
        if case.find("failure") is not None or case.find("error") is not None:
            failed.append(name)
        elif case.find("skipped") is not None:
            skipped += 1
        else:
            passed += 1
    return passed, failed, skipped


def main():
    try:
        passed, failed, skipped = count(sys.argv[1])
    except (OSError, ElementTree.ParseError) as error:
        print(f"tests: no readable log: {error}")
        passed, failed, skipped = 0, ["the test log"], 0
    if sys.argv[2] == "0":
        passed += 1
    else:
        failed.append("clang-format")
    for name in failed:
        print(f"failed: {name}")
    print(f"{passed} passed, {len(failed)} failed, {skipped} skipped")
    return 1 if failed else 0


sys.exit(main())
