"""Named entities by GLiNER: any checkpoint, asked for our types in words.

The checkpoint has not been trained on the types; it reads the phrases of ``prompts`` beside the text and finds what they describe.
Long paragraphs are cut into overlapping windows of words; what stands in two of them counts where more of its context is.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

from benchmark.api import Article, Extraction, Mention, Unavailable, extractor, hub_reachable

PROMPTS = (
    "person: PER, nationality or religious or ethnic group: NORP, organization: ORG, armed group: ORG, country: GPE, city or town: GPE, "
    "region or river or desert: LOC, building or camp: FAC, weapon: WEA, vehicle: VEH, military operation: OPN, date or time: DATE, "
    "number: NUM, amount of money: MONEY"
)
FILES = ["*.json", "*.txt", "*.model", "model.safetensors"]  # of a repository on the Hub: no pickles, no code
Span = tuple[int, int]


@extractor(
    "gliner",
    produces={"mentions"},
    scheme="gold",
    requires=("torch", "gliner"),
    install="pip install 'entity-event-benchmark[gliner]'",
    trained_on=("web texts with entities named by a language model (pile-mistral; default model, as its card says)",),
)
class Gliner:
    """A GLiNER model with phrases for types.

    Parameters
    ----------
    model
        Name on the Hugging Face Hub, or folder of a saved model (weights in safetensors; pickles are not read).
    prompts
        ``phrase: TYPE`` pairs, separated by commas; several phrases may stand for one type.
    threshold
        Least probability of an entity.
    scheme
        Label scheme of the types.
    window, overlap
        Words in a window, and how many of them it shares with the next. Windows are shorter where the model takes less.
    batch
        Windows in a batch.
    """

    def __init__(
        self,
        model: str = "urchade/gliner_medium-v2.1",
        prompts: str = PROMPTS,
        threshold: float = 0.5,
        scheme: str = "gold",
        window: int = 200,
        overlap: int = 40,
        batch: int = 8,
    ):
        self.model = model
        self.prompts = prompts
        self.threshold = threshold
        self.scheme = scheme
        self.window = window
        self.overlap = overlap
        self.batch = batch

    def load(self, device: str) -> None:
        """Load tokenizer and weights; unavailable within seconds where they are neither here nor to be reached."""
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: busy waiting is ruinous beside other processes
        import torch

        self.types = parsed(self.prompts)
        offline = not hub_reachable()
        try:
            folder = self._folder(offline)
            _refuse_code(folder, offline)
            from gliner import GLiNER

            with torch.random.fork_rng(devices=[]):
                torch.manual_seed(0)  # a weight that the file lacks keeps its initial value
                self.network = GLiNER.from_pretrained(str(folder), local_files_only=offline)
        except (OSError, ValueError) as error:
            why = "no network and no copy in the cache" if offline and not Path(self.model).is_dir() else str(error).strip().splitlines()[0]
            raise Unavailable(f"model {self.model!r}: {why}; give --set model=FOLDER or connect once") from error
        self.network.to(torch.device(_best_device() if device == "auto" else device)).eval()
        self.tokenizer = self.network.data_processor.transformer_tokenizer
        self.pieces = self._room_for_text()

    def _folder(self, offline: bool) -> Path:
        """The checkpoint's folder, from the Hub or its cache where the name is no folder."""
        from huggingface_hub import snapshot_download

        local = Path(self.model).is_dir()
        folder = Path(self.model if local else snapshot_download(self.model, allow_patterns=FILES, local_files_only=offline))
        if not (folder / "gliner_config.json").is_file():
            raise Unavailable(f"model {self.model!r}: there is no gliner_config.json in {folder}; give a GLiNER checkpoint")
        if not (folder / "model.safetensors").is_file():
            how = "save it anew with save_pretrained(folder, safe_serialization=True) where you trust it"
            raise Unavailable(f"model {self.model!r}: there is no model.safetensors, and pickles (pytorch_model.bin) are not read; {how}")
        return folder

    def extract(self, article: Article) -> Extraction:
        """Entities of each window of each paragraph; of those in an overlap the ones whose beginning the window owns."""
        windows = [window for start, end in article.paragraphs() for window in self._windows(article.text, start, end)]
        windows.sort(key=lambda window: (window[0][1] - window[0][0], window))  # alike in length: less padding
        mentions = []
        for first in range(0, len(windows), self.batch):
            group = windows[first : first + self.batch]
            texts = [article.text[start:end] for (start, end), _ in group]
            answers = self.network.inference(texts, list(self.types), threshold=self.threshold, batch_size=self.batch)
            for ((start, _), (low, high)), answer in zip(group, answers, strict=True):
                for found in answer:
                    if low <= start + found["start"] < high:
                        score = min(1.0, max(0.0, float(found["score"])))
                        span = start + int(found["start"]), start + int(found["end"])
                        mentions.append(Mention(*span, self.types[found["label"]], score=score))
        return Extraction(mentions=sorted(mentions, key=lambda m: (m.start, m.end, m.type)))

    def _windows(self, text: str, start: int, end: int) -> Iterator[tuple[Span, Span]]:
        """Windows of a paragraph: offsets, and the part of it whose entities are taken from it. Overlaps are shared in their middle."""
        words = [(start + a, start + b) for _, a, b in self.network.data_processor.words_splitter(text[start:end])]
        sizes = [len(p) for p in self.tokenizer([text[a:b] for a, b in words], add_special_tokens=False)["input_ids"]] if words else []
        first, owned = 0, start
        while first < len(words):
            last, room = first, self.pieces
            while last < len(words) and last - first < self._most_words() and (room >= sizes[last] or last == first):
                room -= sizes[last]
                last += 1
            if last == len(words):
                yield (words[first][0], words[-1][1]), (owned, end)
                return
            following = max(first + 1, last - min(self.overlap, (last - first) // 2))
            border = words[(following + last) // 2][0]
            yield (words[first][0], words[last - 1][1]), (owned, border)
            first, owned = following, border

    def _most_words(self) -> int:
        return max(1, min(self.window, self.network.config.max_len))

    def _room_for_text(self) -> int:
        """How many pieces of a window the encoder can take beside the phrases, each with a mark."""
        phrases = sum(len(p) + 1 for p in self.tokenizer(list(self.types), add_special_tokens=False)["input_ids"])
        longest = min(self.tokenizer.model_max_length, getattr(self.network.config.encoder_config, "max_position_embeddings", None) or 512)
        if longest - phrases < 32:
            raise ValueError(f"the prompts fill {phrases} of the {longest} pieces that the model can take; give fewer or shorter ones")
        return int(longest - phrases - 4)  # marks at the beginning, after the phrases and at the end


def parsed(prompts: str) -> dict[str, str]:
    """Type by phrase."""
    pairs = [pair.rpartition(":") for pair in prompts.split(",") if pair.strip()]
    types = {phrase.strip(): kind.strip() for phrase, _, kind in pairs}
    if not types or not all(phrase and kind for phrase, kind in types.items()) or len(types) < len(pairs):
        raise ValueError(f"prompts {prompts!r}: give 'phrase: TYPE' pairs, separated by commas, each phrase once")
    return types


def _refuse_code(folder: Path, offline: bool) -> None:
    """The library builds encoders with code of their authors where their configuration names some; such checkpoints are refused."""
    config = json.loads((folder / "gliner_config.json").read_text("utf-8"))
    foreign = "auto_map" in json.dumps(config)
    for name, inner in (("model_name", "encoder_config"), ("labels_encoder", "labels_encoder_config"), ("labels_decoder", None)):
        if config.get(name) and not (inner and config.get(inner)):
            from transformers import AutoConfig

            foreign |= hasattr(AutoConfig.from_pretrained(config[name], local_files_only=offline, trust_remote_code=False), "auto_map")
    if foreign:
        raise Unavailable("the checkpoint wants to run code from the Hub (auto_map), which is never run; give another model")


def _best_device() -> str:
    import torch

    if torch.cuda.is_available():
        return "cuda"
    return "mps" if torch.backends.mps.is_available() else "cpu"
