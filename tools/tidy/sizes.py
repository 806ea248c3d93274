"""How long a file and a function may be, and how large a blob."""

import ast
import re

from tidy.ratchet import Ratchet
from tidy.source import Finding, Source, Tree

FILE_LINES_MAX = 600
FUNCTION_LINES_MAX = 70
BLOB_BYTES_MAX = 512 * 1024
_COUNTED = (".cpp", ".h", ".py", ".ts", ".svelte", ".js", ".css", ".sh", ".cmake")
_PREPROCESSOR = re.compile(r"^[ \t]*#(?:[^\n\\]|\\.)*(?:\\\n(?:[^\n\\]|\\.)*)*", re.MULTILINE)
_CONTAINER = re.compile(r"\b(?:namespace|class|struct|union|enum|concept)\b|\bextern\s*\"\"\s*$")
_INITIALISERS = re.compile(r"\)\s*(?:noexcept\s*(?:\([^)]*\)\s*)?)?:(?!:)")
_NAME = re.compile(r"([~\w:]+|operator\s*\S+?)\s*\(")


def check(tree: Tree, ratchet: Ratchet) -> list[Finding]:
    found = []
    for source in tree.sources:
        if source.size > BLOB_BYTES_MAX:
            found.append(Finding(source.path, 1, "blob", f"{source.size // 1024} kB; nothing over "
                                 f"{BLOB_BYTES_MAX // 1024} kB is committed: fetch or generate it"))
        if source.path.endswith(_COUNTED) and "/generated/" not in source.path:
            found += _file_length(source, ratchet)
        if source.is_cpp:
            found += _function_lengths(source, cpp_functions(source), ratchet)
        elif source.path.endswith(".py"):
            found += _function_lengths(source, python_functions(source), ratchet)
    return found


def _file_length(source: Source, ratchet: Ratchet) -> list[Finding]:
    lines = len(source.lines)
    limit = ratchet.limit("file", source.path, lines, FILE_LINES_MAX)
    if lines <= limit:
        return []
    return [Finding(source.path, 1, "size", f"{lines} lines; {limit} is the most. There are two "
                    "files in it")]


def _function_lengths(source: Source, functions: list[tuple[str, int, int]],
                      ratchet: Ratchet) -> list[Finding]:
    found = []
    for name, first, last in functions:
        lines = last - first + 1
        limit = ratchet.limit("function", f"{source.path}:{name}", lines, FUNCTION_LINES_MAX)
        if lines > limit:
            found.append(Finding(source.path, first, "size", f"{name} has {lines} lines; {limit} "
                                 "is the most. Name its steps and give each a function"))
    return found


def python_functions(source: Source) -> list[tuple[str, int, int]]:
    try:
        module = ast.parse(source.text)
    except SyntaxError as error:
        return [(f"(does not parse: {error.msg})", error.lineno or 1,
                 (error.lineno or 1) + FUNCTION_LINES_MAX)]
    return [(node.name, node.lineno, node.end_lineno) for node in ast.walk(module)
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))]


def cpp_functions(source: Source) -> list[tuple[str, int, int]]:
    """(name, first line, last line) of each function body outside other functions.

    Not a parser: it follows braces and looks at what stands before each. That
    is enough for code laid out by clang-format.
    """
    code = _PREPROCESSOR.sub(lambda m: "\n" * m[0].count("\n"), source.code)
    found: list[tuple[str, int, int]] = []
    stack: list[tuple[str, str, int]] = []  # (kind, name, first line)
    header_start, line = 0, 1
    inside = 0  # how many open braces belong to functions or initialisers
    for match in re.finditer(r"[{};\n]", code):
        mark, here = match[0], match.start()
        if mark == "\n":
            line += 1
        elif mark == "{":
            header = code[header_start:here]
            kind = "body" if inside else _kind(header)
            stack.append((kind, _name(header), line))
            inside += kind != "container"
            if kind != "member":
                header_start = here + 1
        elif mark == "}" and stack:
            kind, name, first = stack.pop()
            inside -= kind != "container"
            if kind == "function":
                found.append((name, first, line))
            if kind != "member" and not inside:
                header_start = here + 1
        elif mark == ";" and not inside:
            header_start = here + 1
    return found


def _kind(header: str) -> str:
    """What a brace opens, from the text since the last statement ended."""
    text = header.rstrip()
    bare = re.sub(r"\([^()]*\)", "", re.sub(r"\([^()]*(?:\([^()]*\)[^()]*)*\)", "()", text))
    if _INITIALISERS.search(text) and re.search(r"[\w>]$", text):
        return "member"  # one brace of a constructor's initialiser list
    if "(" not in text or (_CONTAINER.search(bare) and not text.endswith((")", "const"))
                           and "(" not in bare):
        return "container" if _CONTAINER.search(text) or not text else "initialiser"
    if re.search(r"(?<![=!<>+\-*/|&^%])=(?!=)\s*$", text) or re.search(
            r"(?<!operator)(?<![=!<>])=(?!=)[^()]*$", bare):
        return "initialiser"
    return "function"


def _name(header: str) -> str:
    text = header.strip()
    if match := re.match(r"(?:TEST(?:_[FP])?|TYPED_TEST)\s*\(([^)]*)\)", text):
        return ".".join(part.strip() for part in match[1].split(","))
    match = _NAME.search(text)
    return match[1] if match else "(unnamed)"
