"""A client that has the .proto files and nothing else of ours.

Usage: client.py PROTO_FOLDER WORK_FOLDER MANAGER
"""
import os
import queue
import re
import sys
import time

import grpc
from grpc_tools import protoc

proto_folder, work_folder, manager = sys.argv[1:]
sources = [
    os.path.join("xenoserver/v1", name)
    for name in os.listdir(os.path.join(proto_folder, "xenoserver/v1"))
    if name.endswith(".proto")
]
includes = os.path.join(os.path.dirname(protoc.__file__), "_proto")
if not os.path.isdir(includes):
    includes = "/usr/include"
arguments = ["protoc", "-I" + proto_folder, "-I" + includes]
arguments += ["--python_out=" + work_folder, "--grpc_python_out=" + work_folder]
if protoc.main(arguments + sources) != 0:
    sys.exit("the .proto files do not compile")
sys.path.insert(0, work_folder)

from xenoserver.v1 import cluster_service_pb2 as api  # noqa: E402
from xenoserver.v1 import cluster_service_pb2_grpc as services  # noqa: E402
from xenoserver.v1 import domain_pb2 as domains  # noqa: E402

NAME = "python"
PATIENCE_SECONDS = 180
channel = grpc.insecure_channel(manager)
service = services.DomainServiceStub(channel)

created = service.CreateDomain(
    api.CreateDomainRequest(
        spec=domains.DomainSpec(
            name=NAME,
            memory_bytes=256 << 20,
            vcpus=1,
            kernel="image:debian",
            initrd="image:debian",
            command_line="console=ttyS0 hostname=python",
        ),
        start=True,
    ),
    timeout=PATIENCE_SECONDS,
)
print("created on", created.host)

watch = service.WatchDomains(api.WatchDomainsRequest(domain=NAME), timeout=PATIENCE_SECONDS)
for event in watch:
    if event.domain.state == domains.DOMAIN_STATE_RUNNING:
        print("running")
        break
watch.cancel()

typed = queue.Queue()
typed.put(domains.ConsoleInput(domain=NAME, replay=True))
console = service.Console(iter(typed.get, None), timeout=PATIENCE_SECONDS)
said = ""
asked = False
for output in console:
    said += output.data.decode("latin-1")
    if not asked and re.search("root@python:/# ", said):
        asked = True
        question = "echo answer=$((123 * 456)) $(uname -m)\n"
        typed.put(domains.ConsoleInput(data=question.encode()))
    answer = re.search(r"answer=(\d+) (\w+)", said)
    if answer:
        print("answer", answer.group(1), answer.group(2))
        break
typed.put(None)
console.cancel()

service.DestroyDomain(api.DomainRequest(domain=NAME), timeout=PATIENCE_SECONDS)
deadline = time.monotonic() + PATIENCE_SECONDS
while True:
    try:
        service.GetDomain(api.DomainRequest(domain=NAME), timeout=PATIENCE_SECONDS)
    except grpc.RpcError as problem:
        print("then", problem.code().name)
        break
    if time.monotonic() > deadline:
        sys.exit("the domain stays")
    time.sleep(0.1)
