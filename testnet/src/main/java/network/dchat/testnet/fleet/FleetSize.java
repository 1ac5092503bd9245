package network.dchat.testnet.fleet;

/// How many nodes of each kind a fleet has; one discovery node and one gateway are always there.
///
/// @param validators 1 to 5 (the ports of a sixth would be those of the relays)
/// @param relays     1 to 15
/// @param storage    1 to 60
/// @param users      0 to 40
public record FleetSize(int validators, int relays, int storage, int users) {
    public FleetSize {
        require("validators", validators, 1, 5);
        require("relays", relays, 1, 15);
        require("storage", storage, 1, 60);
        require("users", users, 0, 40);
    }

    /// 4 validators, 7 relays, 15 storage nodes, 3 users.
    public static FleetSize standard() {
        return new FleetSize(4, 7, 15, 3);
    }

    private static void require(String name, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(
                    name + ": " + value + " (expected: " + least + " to " + most + ")");
        }
    }
}
