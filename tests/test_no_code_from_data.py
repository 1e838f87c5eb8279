"""Nothing that is read is run: a walk over the syntax tree of every source file, scaffolds and examples too."""

import ast

import pytest

from benchmark import scaffold
from tests.conftest import ROOT

FOLDERS = ("benchmark", "models", "benchmarks", "fuzz", "examples")
MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "yaml", "jsonpickle", "code", "pty"}
CALLS = {"eval", "exec", "compile", "__import__", "execfile", "input"}
_RUNNING = {"os", "subprocess", "commands"}
_LOADING = {"torch", "yaml", "pickle", "joblib"}
METHODS = {
    **dict.fromkeys("system popen getoutput getstatusoutput spawnl spawnv execv execl execvp".split(), _RUNNING),
    **dict.fromkeys(("load", "unsafe_load", "full_load", "load_all"), _LOADING),
    **{name: {"pandas", "pd"} for name in ("read_pickle", "to_pickle")},
}
PICKLING = {"recv", "send"}  # of pipes; send_bytes and recv_bytes are what is used
SAFE_BY_THEMSELVES = {"AutoTokenizer", "AutoConfig", "GLiNER"}  # no weights; models/gliner.py looks for safetensors and nothing else itself


def faults(tree: ast.AST) -> list[str]:
    """What a file must not hold, with its line."""
    found = []
    for node in ast.walk(tree):
        line = getattr(node, "lineno", 0)
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            found += [f"{line}: imports {name}" for name in names if name.partition(".")[0] in MODULES]
        if isinstance(node, ast.Call):
            found += [f"{line}: {fault}" for fault in _call_faults(node)]
    return found


def _call_faults(node: ast.Call):
    keywords = {keyword.arg: keyword.value for keyword in node.keywords}

    def literal(name):
        return ast.literal_eval(keywords[name]) if isinstance(keywords.get(name), ast.Constant) else None

    if isinstance(node.func, ast.Name) and node.func.id in CALLS:
        yield f"calls {node.func.id}"
    if "shell" in keywords and literal("shell") is not False:
        yield "shell="
    if "trust_remote_code" in keywords and literal("trust_remote_code") is not False:
        yield "trust_remote_code"
    if not isinstance(node.func, ast.Attribute):
        return
    owner, name = ast.unparse(node.func.value), node.func.attr
    if owner.partition(".")[0] in METHODS.get(name, ()):
        yield f"calls {owner}.{name}"
    if name in PICKLING and any(word in owner.lower() for word in ("pipe", "ours", "theirs", "connection")):
        yield f"pickles by {owner}.{name}"
    if name == "load" and owner in ("np", "numpy") and literal("allow_pickle") is not False:
        yield "np.load without allow_pickle=False"
    if literal("allow_pickle"):
        yield "allow_pickle"
    if name == "from_pretrained" and owner.rpartition(".")[2] not in SAFE_BY_THEMSELVES and literal("use_safetensors") is not True:
        yield f"{owner}.from_pretrained without use_safetensors=True"


def sources():
    return [*_files(), *_scaffolds()]


def _files():
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield pytest.param(path.read_text("utf-8"), id=path.relative_to(ROOT).as_posix())


def _scaffolds():
    templates = {name: text for name, text in vars(scaffold).items() if name.isupper() and isinstance(text, str) and "import" in text}
    for name, text in sorted(templates.items()):
        yield pytest.param(text.replace("$cls", "Model").replace("$name", "name").replace("$title", "title"), id=f"scaffold {name}")


@pytest.mark.parametrize("source", sources())
def test_no_source_runs_what_it_reads(source):
    assert faults(ast.parse(source)) == []


@pytest.mark.parametrize(
    "source",
    [
        *("eval(x)", "exec(x)", "import pickle", "from joblib import load", "import yaml", "os.system(x)", "subprocess.run(x, shell=True)"),
        *("subprocess.run(x, shell=flag)", "torch.load(x)", "np.load(x)", "numpy.load(x, allow_pickle=True)", "pd.read_pickle(x)"),
        *(
            "AutoModel.from_pretrained(x)",
            "AutoModel.from_pretrained(x, use_safetensors=flag)",
            "f(trust_remote_code=True)",
            "self.pipe.recv()",
        ),
    ],
)
def test_the_walk_finds_them(source):
    assert faults(ast.parse(source))


def test_all_sources_are_walked():
    walked = {parameter.id for parameter in sources()}
    assert {"benchmark/worker.py", "models/llm/endpoint.py", "benchmarks/mentions.py", "fuzz/driver.py"} <= walked
    assert sum(name.startswith("scaffold") for name in walked) >= 6
