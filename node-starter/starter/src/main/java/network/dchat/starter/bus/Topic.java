package network.dchat.starter.bus;

/// The topics of the bus. Values are protobuf; keys name the unit of ordering.
public enum Topic {
    /// `CommittedBlock`; key = chain id.
    BLOCKS("dchat.blocks"),
    /// `OrderEvent`; key = relay.
    ORDERS("dchat.orders"),
    /// `ReceiptEvent`; key = relay.
    RECEIPTS("dchat.receipts"),
    /// `PeerEvent`; key = peer.
    PEERS("dchat.peers"),
    /// `RepairEvent`; key = object.
    REPAIRS("dchat.repairs");

    private final String text;

    Topic(String text) {
        this.text = text;
    }

    /// The topic's name in Kafka.
    public String text() {
        return text;
    }
}
