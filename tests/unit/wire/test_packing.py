from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from quizzer.wire.arena import Arena
from quizzer.wire.errors import WireError
from quizzer.wire.messages import decode, encode
from quizzer.wire.packet import Packet, Region, TensorHeader
from quizzer.wire.packing import pack
from quizzer.wire.unpacking import unpack
from quizzer.wire.values import DTYPES, Handle

ARENA = Arena.create(1 << 20)


def send(value: object) -> Any:
    """Return what the far side reads of `value`."""
    return unpack(decode(encode(pack(value, ARENA)), Packet), ARENA)


scalars = (
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()
)
values = st.recursive(
    scalars | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text() | st.integers(-9, 9), inner, max_size=4)
    ),
    max_leaves=20,
)


@given(values)
def test_plain_values_arrive_as_they_were_sent(value: object) -> None:
    """Scalars, bytes, lists, tuples and dictionaries come out with their values and types."""
    found = send(value)
    assert found == value
    assert type(found) is type(value)


@given(
    st.sampled_from(sorted(DTYPES)),
    st.lists(st.integers(0, 4), max_size=4),
    st.data(),
)
def test_a_tensor_arrives_with_its_layout(name: str, shape: list[int], data: st.DataObject) -> None:
    """Any view of a tensor keeps dtype, shape, strides and values."""
    base = torch.arange(math.prod(shape) * 3 + 5).remainder(7).to(torch.float32).to(DTYPES[name])
    strides = [data.draw(st.integers(0, 2)) for _ in shape]
    offset = data.draw(st.integers(0, 4))
    reach = sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True) if size)
    view = (
        base.as_strided(shape, strides, offset)
        if offset + reach < base.numel()
        else base[:0].reshape([0] * len(shape) or [0])
    )
    found = send(view)
    assert (found.dtype, found.shape, found.stride()) == (view.dtype, view.shape, view.stride())
    assert torch.equal(found.to(torch.complex128), view.to(torch.complex128))


def test_views_of_one_storage_stay_views_of_one_storage() -> None:
    """A write through one view shows in the other on the far side, and a third storage stays apart."""
    base = torch.zeros(4, 4)
    row, column, other = send((base[1], base[:, 1], torch.zeros(4)))
    row[1] = 7
    assert column[1] == 7
    assert not other.any()


def test_the_sender_and_the_receiver_share_no_memory() -> None:
    """What the receiver writes reaches neither the sender nor the arena's next reader."""
    sent = torch.ones(3)
    packet = pack(sent, ARENA)
    unpack(packet, ARENA).zero_()
    assert torch.equal(unpack(packet, ARENA), torch.ones(3))
    assert torch.equal(sent, torch.ones(3))


def test_only_the_bytes_that_a_view_reaches_travel() -> None:
    """A small view of a large storage takes a small region."""
    packet = pack(torch.zeros(100_000)[5:9], ARENA)
    assert packet.regions[0].length <= 64


def test_subclasses_and_parameters_arrive_as_plain_tensors() -> None:
    """A subclass is stripped, and a parameter keeps only that it requires a gradient."""

    class Odd(torch.Tensor):
        pass

    odd, parameter = send((torch.ones(2).as_subclass(Odd), torch.nn.Parameter(torch.ones(2))))
    assert type(odd) is torch.Tensor
    assert type(parameter) is torch.Tensor
    assert parameter.requires_grad
    assert not odd.requires_grad


def test_slices_and_dtypes_arrive() -> None:
    """What indexes and casts a tensor crosses as itself."""
    assert send([slice(1, None, 2), torch.bfloat16]) == [slice(1, None, 2), torch.bfloat16]


def test_an_object_crosses_as_a_handle_only_where_it_can_be_kept() -> None:
    """An unknown object is registered, or refused where nobody keeps it."""
    with pytest.raises(WireError, match="cannot be sent"):
        pack(object(), ARENA)
    packet = pack([object()], ARENA, lambda value: Handle(3, type(value).__name__))
    assert unpack(packet, ARENA) == [Handle(3, "object")]


@pytest.mark.parametrize(
    "tensor",
    [
        torch.zeros(2, 2).to_sparse(),
        torch.zeros(2, device="meta"),
        torch.nested.nested_tensor([torch.ones(1), torch.ones(2)], layout=torch.jagged),
    ],
    ids=["sparse", "meta", "nested"],
)
def test_tensors_without_plain_bytes_cross_as_handles(tensor: torch.Tensor) -> None:
    """A tensor that is no strided array of a known dtype in memory is an opaque object."""
    packet = pack(tensor, ARENA, lambda value: Handle(1, type(value).__name__))
    assert isinstance(unpack(packet, ARENA), Handle)


def test_what_does_not_fit_is_refused() -> None:
    """Too many bytes, parts or levels, and integers beyond 64 bits, are errors of the wire."""
    with pytest.raises(WireError, match="1 MiB"):
        pack(torch.zeros(1 << 19), ARENA)
    with pytest.raises(WireError, match="parts"):
        pack([0] * 200_000, ARENA)
    nested: list[Any] = []
    nested.append(nested)
    with pytest.raises(WireError, match="deep"):
        pack(nested, ARENA)
    with pytest.raises(WireError, match="cannot be sent"):
        encode(pack(2**70, ARENA))


def _header(**changes: Any) -> TensorHeader:
    sound: dict[str, Any] = {"region": 0, "dtype": "float32", "shape": (4,), "strides": (1,), "offset": 0}
    return TensorHeader(**(sound | {"requires_grad": False} | changes))


def _hostile() -> Iterator[tuple[str, Packet]]:
    def one(header: TensorHeader, *regions: Region) -> Packet:
        return Packet({"tensor": 0}, (header,), regions or (Region(0, 16),))

    yield "a region beyond the arena", one(_header(), Region(0, 2 << 20))
    yield "a region before the arena", one(_header(), Region(-64, 128))
    yield "overlapping regions", one(_header(), Region(0, 16), Region(8, 16))
    yield "a tensor beyond its region", one(_header(shape=(5,)))
    yield "a negative offset", one(_header(offset=-4))
    yield "an offset between elements", one(_header(shape=(2,), offset=2))
    yield "a negative stride", one(_header(strides=(-1,)))
    yield "a negative shape", one(_header(shape=(-1,)))
    yield "a rank without strides", one(_header(shape=(2, 2)))
    yield "an unknown dtype", one(_header(dtype="complex32"))
    yield "an unknown region", one(_header(region=1))
    yield "a huge expanded tensor", one(_header(shape=(1 << 40,), strides=(0,)))
    yield (
        "many expanded tensors",
        Packet(None, (_header(shape=(1 << 17,), strides=(0,)),) * 9, (Region(0, 16),)),
    )
    yield "a shape that overflows", one(_header(shape=(1 << 47, 1 << 47), strides=(0, 0)))
    yield "a tensor that is not there", Packet({"tensor": 0})
    yield "two tags", Packet({"tuple": [], "dict": []})
    yield "an unknown tag", Packet({"object": 1})
    yield "a dictionary of triples", Packet({"dict": [[1, 2, 3]]})
    yield "a tensor as a key", Packet({"dict": [[{"tuple": [[1]]}, 2]]})
    yield "a handle without a number", Packet({"handle": ["1", "x"]})


@pytest.mark.parametrize("packet", [packet for _, packet in _hostile()], ids=[name for name, _ in _hostile()])
def test_a_packet_that_breaks_a_rule_is_refused(packet: Packet) -> None:
    """Nothing that a peer can say reads outside the arena, amplifies, or ends in another exception."""
    with pytest.raises(WireError):
        unpack(packet, ARENA)


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.binary(max_size=5) | st.floats(),
        lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=6), inner, max_size=2),
        max_leaves=30,
    )
)
def test_arbitrary_trees_are_read_or_refused(tree: object) -> None:
    """A reply of any content gives a value or a WireError, nothing else."""
    try:
        unpack(Packet(tree, (_header(),), (Region(0, 16),)), ARENA)
    except WireError:
        return


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_read_or_refused(payload: bytes) -> None:
    """Bytes that are no message are a WireError."""
    try:
        decode(payload, Packet)
    except WireError:
        return
