"""D1: lets torch's attention module compute. It is forbidden by name, and its kernel shows in the trace."""
# expect: forbidden_calls FAILED "multi_head_attention_forward"
import torch


def flash_attention(q, k, v, *, causal=False, block_size=64):
    forward = getattr(torch.nn.functional, "multi_head_" + "attention_forward")
    eye = torch.eye(q.shape[3])
    x = q[:, 0].transpose(0, 1)
    return forward(x, x, x, q.shape[3], 1, torch.cat([eye] * 3), None, None, None, False, 0.0, eye, None)[0]
