package network.dchat.testnet.fleet;

import java.util.ArrayList;
import java.util.List;
import network.dchat.wire.v1.Role;

/// Which nodes a fleet has, where they listen and which relays its users are attached to.
///
/// @param nodes in the order in which they start
public record FleetPlan(List<NodePlan> nodes) {
    private static final List<List<Integer>> HOME_RELAYS = List.of(List.of(1, 2, 3),
            List.of(4, 5, 1), List.of(6, 7, 2));
    private static final int RELAYS_A_USER = 3;

    public FleetPlan {
        nodes = List.copyOf(nodes);
    }

    /// The plan with the network's usual ports.
    public static FleetPlan of(FleetSize size) {
        return of(size, Ports.USUAL);
    }

    /// The plan with ports that the system chooses, for tests.
    public static FleetPlan onFreePorts(FleetSize size) {
        return of(size, Ports.FREE);
    }

    private static FleetPlan of(FleetSize size, Ports ports) {
        List<NodePlan> nodes = new ArrayList<>();
        nodes.add(new NodePlan("discovery1", Role.DISCOVERY, ports.at(9000), ports.at(9001),
                List.of()));
        for (int i = 1; i <= size.validators(); i++) {
            nodes.add(pair("validator" + i, Role.VALIDATOR, 7070 + 2 * (i - 1), ports));
        }
        for (int i = 1; i <= size.relays(); i++) {
            nodes.add(pair("relay" + i, Role.RELAY, 7080 + 2 * (i - 1), ports));
        }
        for (int i = 1; i <= size.storage(); i++) {
            nodes.add(new NodePlan("storage" + i, Role.STORAGE, ports.at(8000 + i),
                    ports.at(8100 + i), List.of()));
        }
        nodes.add(
                new NodePlan("gateway1", Role.GATEWAY, ports.at(8079), ports.at(8080), List.of()));
        for (int i = 1; i <= size.users(); i++) {
            int grpc = 7110 + 2 * (i - 1);
            nodes.add(new NodePlan("user" + i, Role.CLIENT, ports.at(grpc), ports.at(grpc + 1),
                    homeRelays(i, size.relays())));
        }
        return new FleetPlan(nodes);
    }

    /// A node that joins later; it chooses its relays itself and listens where the system says.
    public static NodePlan joining(String name, Role role) {
        return new NodePlan(name, role, 0, 0, List.of());
    }

    private static NodePlan pair(String name, Role role, int grpcPort, Ports ports) {
        return new NodePlan(name, role, ports.at(grpcPort), ports.at(grpcPort + 1), List.of());
    }

    private static List<String> homeRelays(int user, int relays) {
        List<String> names = new ArrayList<>();
        if (relays >= 7 && user <= HOME_RELAYS.size()) {
            HOME_RELAYS.get(user - 1).forEach(number -> names.add("relay" + number));
            return names;
        }
        for (int i = 0; i < Math.min(RELAYS_A_USER, relays); i++) {
            names.add("relay" + ((user - 1 + i) % relays + 1));
        }
        return names;
    }

    /// Which ports are used.
    private enum Ports {
        USUAL, FREE;

        int at(int port) {
            return this == USUAL ? port : 0;
        }
    }
}
