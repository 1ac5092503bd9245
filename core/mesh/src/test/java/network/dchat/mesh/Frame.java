package network.dchat.mesh;

/// What travels between the simulated nodes.
sealed interface Frame {
    record Request(ShardRequest request) implements Frame {
        @Override
        public String toString() {
            return request.getClass().getSimpleName();
        }
    }

    record Response(ShardAnswer answer) implements Frame {
        @Override
        public String toString() {
            return answer.getClass().getSimpleName() + " answer";
        }
    }
}
