package network.dchat.testnet.house.breach.unlisted;

/// A class of a module without a row in the table.
public record Homeless(int number) {}
