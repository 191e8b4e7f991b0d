"""Towers as ONNX graphs: traced, in half precision, in 8 bits.

A graph takes what the encoder takes (pixels already normalised; token ids and their mask) and gives unit vectors.
Shapes: B batch, S pixels a side, L tokens, D the latent space.
"""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from gergo.errors import GergoError, MissingExtra
from gergo.towers.network import DualEncoder, ImageTower, TextTower

INPUTS = {"image": ("pixel_values",), "text": ("input_ids", "attention_mask")}
OUTPUT = "unit_vectors"
BESIDE_FROM_BYTES = 1_800_000_000  # a protobuf file ends at 2 GiB: larger weights lie beside it
TRACED_BATCH, TRACED_TOKENS = 2, 7


def require_onnx() -> None:
    """Raises MissingExtra where what export needs is absent."""
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
        import onnxscript  # noqa: F401
    except ImportError as error:
        raise MissingExtra(f"what writes ONNX ({error.name})", "onnx") from error


class _Traced(nn.Module):
    """A tower from its encoder's inputs to unit vectors: what `DualEncoder.encode` does behind the preprocessing."""

    def __init__(self, network: DualEncoder, modality: str) -> None:
        super().__init__()
        self.tower = network.tower(modality)

    def forward(self, *inputs: Tensor) -> Tensor:
        return F.normalize(self.tower.projection(self.tower.encoder(*inputs)), dim=-1)


def trace(network: DualEncoder, modality: str, path: Path) -> None:
    """Write one tower in full precision, for batches of any size (and texts of any length, unless it is fixed).

    Raises:
        GergoError: the exporter of torch cannot follow this architecture.
    """
    tower = network.tower(modality)
    inputs, dynamic = _example(tower)
    weights_bytes = sum(4 * parameter.numel() for parameter in tower.parameters())
    try:
        with _quiet():
            torch.onnx.export(
                _Traced(network, modality).eval(),
                inputs,
                str(path),
                dynamo=True,
                input_names=list(INPUTS[modality]),
                output_names=[OUTPUT],
                dynamic_shapes=(dynamic,),
                external_data=weights_bytes > BESIDE_FROM_BYTES,
                verbose=False,
            )
    except (torch.onnx.OnnxExporterError, RuntimeError) as error:
        raise GergoError(
            f"torch cannot write the {modality} tower as ONNX: {str(error).splitlines()[0]}",
            hint="--format transformers works for every family that transformers knows",
        ) from error


def _example(tower: nn.Module) -> tuple[tuple[Tensor, ...], tuple[dict[int, Any], ...]]:
    """Inputs to trace with, and which of their axes vary."""
    any_size = torch.export.Dim.DYNAMIC
    if isinstance(tower, ImageTower):
        return (torch.zeros(TRACED_BATCH, 3, tower.size_px, tower.size_px),), ({0: any_size},)
    assert isinstance(tower, TextTower)
    ids_BL, mask_BL = tower.prepare(["traced " * TRACED_TOKENS, "with"]).values()
    axes: dict[int, Any] = {0: any_size} if getattr(tower.tokenizer, "fixed", False) else {0: any_size, 1: any_size}
    return (ids_BL, mask_BL), (axes, axes)


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter speaks of torchvision, of its own deprecations and on stdout."""
    loggers = [logging.getLogger(name) for name in ("", "torch.onnx", "onnxscript", "onnx_ir", "torch.export")]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(), redirect_stdout(open(os.devnull, "w")):
            warnings.simplefilter("ignore")
            yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


def to_half(path: Path, to: Path) -> None:
    """Write a graph in half precision; inputs and outputs stay float32, and so do norms, which would overflow."""
    import onnx
    from onnxruntime.transformers import float16

    kept = [*float16.DEFAULT_OP_BLOCK_LIST, "ReduceL2", "LpNormalization", "LayerNormalization", "ReduceMean"]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # small weights that become zero
        half = float16.convert_float_to_float16(onnx.load(str(path)), keep_io_types=True, op_block_list=kept)
    onnx.save(half, str(to), save_as_external_data=half.ByteSize() > BESIDE_FROM_BYTES)


def to_int8(path: Path, to: Path, calibration: Iterable[dict[str, np.ndarray]]) -> str:
    """Write a graph with 8-bit weights; how, in a word.

    Matrix products are quantised dynamically: weights by column, activations as they come. Convolutions are slow that
    way, so a tower made of them is quantised statically: the ranges of its activations are measured on `calibration`,
    inputs by name. Weights keep to 7 bits: processors without VNNI add up products in 16, and would overflow.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    if _is_convolutional(path):
        return _static(path, to, calibration)
    with _quiet():
        quantize_dynamic(
            str(path),
            str(to),
            op_types_to_quantize=["MatMul", "Gemm", "Gather"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
            use_external_data_format=path.stat().st_size > BESIDE_FROM_BYTES,
        )
    return "dynamic"


def _static(path: Path, to: Path, calibration: Iterable[dict[str, np.ndarray]]) -> str:
    from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static
    from onnxruntime.quantization.shape_inference import quant_pre_process

    batches = iter(calibration)

    class Reader(CalibrationDataReader):
        def get_next(self) -> dict[str, np.ndarray] | None:  # pyright: ignore[reportIncompatibleMethodOverride]
            return next(batches, None)

    prepared = to.with_suffix(".prepared.onnx")
    with _quiet():
        quant_pre_process(str(path), str(prepared), skip_symbolic_shape=True)
        quantize_static(
            str(prepared),
            str(to),
            Reader(),
            quant_format=QuantFormat.QDQ,
            per_channel=True,
            reduce_range=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
        )
    prepared.unlink()
    return "static"


def _is_convolutional(path: Path) -> bool:
    """Whether most of a graph's weights are those of convolutions."""
    import onnx

    graph = onnx.load(str(path), load_external_data=False).graph
    sizes = {tensor.name: int(np.prod(tensor.dims)) for tensor in graph.initializer}
    convolved = {node.input[1] for node in graph.node if node.op_type == "Conv"}
    return sum(sizes.get(name, 0) for name in convolved) > sum(sizes.values()) / 2
