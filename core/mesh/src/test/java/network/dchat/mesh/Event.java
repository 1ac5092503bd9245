package network.dchat.mesh;

import network.dchat.simulation.Caller;

/// What the simulated nodes feed themselves.
sealed interface Event {
    /// An input of a writer's mesh.
    record ToMesh(Input input) implements Event {
        @Override
        public String toString() {
            return input.getClass().getSimpleName();
        }
    }

    /// A slow storage node answers now.
    record Later(Caller caller, Frame response) implements Event {}
}
