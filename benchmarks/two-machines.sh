#!/usr/bin/env bash
# Two "machines": network namespaces joined by a veth pair. netns.sh RATE COMMAND...: runs mpirun over TCP between them.
set -euo pipefail
rate=$1; shift
cleanup() { ip netns del yolo-a 2>/dev/null || true; ip netns del yolo-b 2>/dev/null || true; }
cleanup; trap cleanup EXIT
ip netns add yolo-a; ip netns add yolo-b
ip link add yolo-va netns yolo-a type veth peer name yolo-vb netns yolo-b
for n in a b; do ip -n yolo-$n addr add 10.77.0.$([ $n = a ] && echo 1 || echo 2)/24 dev yolo-v$n; ip -n yolo-$n link set yolo-v$n up; ip -n yolo-$n link set lo up
 [ "$rate" = none ] || ip netns exec yolo-$n tc qdisc add dev yolo-v$n root tbf rate $rate burst 256kb latency 50ms; done
agent=$(mktemp); cat > $agent <<'A'
#!/usr/bin/env bash
shift; exec ip netns exec yolo-b bash -c "$*"
A
chmod +x $agent
ip netns exec yolo-a mpirun --allow-run-as-root --oversubscribe --mca plm_rsh_agent $agent --mca btl tcp,self --mca btl_tcp_if_include 10.77.0.0/24 --mca oob_tcp_if_include 10.77.0.0/24 --host 10.77.0.1:${YOLO_SLOTS:-2},10.77.0.2:${YOLO_SLOTS:-2} "$@"
