package network.dchat.dht;

import java.util.OptionalLong;

/// A record on its way to the nodes that shall keep it.
final class Publication {
    final OptionalLong publishId;
    final VerifiedRecord record;
    private int outstanding;
    private int copies;

    Publication(OptionalLong publishId, VerifiedRecord record) {
        this.publishId = publishId;
        this.record = record;
    }

    void sent() {
        outstanding++;
    }

    void ended(int newCopies) {
        outstanding--;
        copies += newCopies;
    }

    boolean isDone() {
        return outstanding == 0;
    }

    int copies() {
        return copies;
    }
}
