package network.dchat.relay.postgres;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import network.dchat.identity.Hash;
import network.dchat.identity.PeerId;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.OrderCommitment;
import network.dchat.mailbox.Change;
import network.dchat.mailbox.FeedKind;
import network.dchat.mailbox.UserRoute;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.StoredAudit;
import network.dchat.wire.v1.StoredChallenge;
import network.dchat.wire.v1.StoredHops;
import network.dchat.wire.v1.StoredLeaves;
import network.dchat.wire.v1.StoredOrders;
import network.dchat.wire.v1.StoredPath;
import network.dchat.wire.v1.StoredRootAudit;
import network.dchat.wire.v1.StoredTransaction;
import network.dchat.wire.v1.UserRecord;

/// The parts of changes that are kept as protobuf. What we wrote ourselves must decode: anything
/// else is damage, and the relay does not start on it.
final class ChangeCodec {
    private ChangeCodec() {}

    static short number(FeedKind feed) {
        return switch (feed) {
            case MAIL -> 0;
            case EVENTS -> 1;
        };
    }

    static FeedKind feed(short number) {
        return number == 0 ? FeedKind.MAIL : FeedKind.EVENTS;
    }

    static ByteString hops(List<SignedBytes> hops) {
        return hops.isEmpty()
                ? ByteString.EMPTY
                : StoredHops.newBuilder().addAllHops(hops).build().toByteString();
    }

    static List<SignedBytes> hops(byte[] stored) {
        return decode("hops", StoredHops.parser(), stored).getHopsList();
    }

    static StoredTransaction content(Change.Content content) {
        StoredTransaction.Builder stored = StoredTransaction.newBuilder();
        switch (content) {
            case Change.Content.Orders(List<Change.Ordered> orders, long through) -> {
                StoredOrders.Builder kept = StoredOrders.newBuilder().setThrough(through);
                orders.forEach(each -> kept.addCommitments(each.commitment().bytes()).addSenders(
                        each.sender().map(WalletAddress::bytes).orElse(ByteString.EMPTY)));
                stored.setOrders(kept);
            }
            case Change.Content.Registration() -> stored.setRegistration(true);
            case Change.Content.Leaves(List<Change.Leaf> leaves) -> {
                StoredLeaves.Builder kept = StoredLeaves.newBuilder();
                leaves.forEach(each -> kept.addMessageIds(each.id().bytes())
                        .addSalts(each.salt().bytes()).addHashes(each.hash().bytes())
                        .addBatchPaths(StoredPath.newBuilder().addAllAunts(each.batchPath())));
                stored.setLeaves(kept);
            }
            case Change.Content.Audit(Hash root, List<Integer> leaves) -> stored.setAudit(
                    StoredAudit.newBuilder().setRootTransaction(root.bytes()).addAllLeaves(leaves));
            case Change.Content.Challenge(Hash root, List<MessageId> deliveries) ->
                stored.setChallenge(StoredChallenge.newBuilder().setRootTransaction(root.bytes())
                        .addAllMessageIds(deliveries.stream().map(MessageId::bytes).toList()));
        }
        return stored.build();
    }

    static Change.Content content(byte[] bytes) {
        StoredTransaction stored = decode("transaction", StoredTransaction.parser(), bytes);
        return switch (stored.getContentCase()) {
            case ORDERS -> orders(stored.getOrders());
            case LEAVES -> leaves(stored.getLeaves());
            case AUDIT -> new Change.Content.Audit(new Hash(stored.getAudit().getRootTransaction()),
                    stored.getAudit().getLeavesList());
            case CHALLENGE ->
                new Change.Content.Challenge(new Hash(stored.getChallenge().getRootTransaction()),
                        stored.getChallenge().getMessageIdsList().stream()
                                .map(id -> new MessageId(new Hash(id))).toList());
            case CONTENT_NOT_SET -> {
                if (!stored.getRegistration()) {
                    throw new IllegalStateException("store: a transaction without content");
                }
                yield new Change.Content.Registration();
            }
        };
    }

    static StoredTransaction included(Change.TransactionIncluded included) {
        return StoredTransaction.newBuilder().setHeight(included.height()).setPath(included.path())
                .setLightBlock(included.lightBlock()).build();
    }

    static Change.TransactionIncluded included(Hash hash, byte[] bytes) {
        StoredTransaction stored = decode("transaction", StoredTransaction.parser(), bytes);
        return new Change.TransactionIncluded(hash, stored.getHeight(), stored.getPath(),
                stored.getLightBlock());
    }

    static StoredRootAudit audited(Change.RootAudited audited) {
        return StoredRootAudit.newBuilder().setDeadline(audited.deadlineMillis())
                .setExtended(audited.extended()).addAllWanted(audited.wanted())
                .addAllShown(audited.shown()).setSettled(audited.settled()).build();
    }

    static Change.RootAudited audited(Hash hash, byte[] bytes) {
        StoredRootAudit stored = decode("root audit", StoredRootAudit.parser(), bytes);
        return new Change.RootAudited(hash, stored.getDeadline(), stored.getExtended(),
                stored.getWantedList(), stored.getShownList(), stored.getSettled());
    }

    /// A user's route from its record, which was verified before it was written.
    static UserRoute route(WalletAddress address, byte[] bytes) {
        SignedBytes signed = decode("user record", SignedBytes.parser(), bytes);
        UserRecord record = decode("user record", UserRecord.parser(),
                signed.getBody().toByteArray());
        List<PeerId> relays = record.getRelaysList().stream()
                .flatMap(relay -> PeerId.parse(relay).stream()).toList();
        return new UserRoute(address, relays, record.getSequence(), record.getExpiresAt(), signed);
    }

    static <M> M decode(String name, Parser<M> parser, byte[] bytes) {
        try {
            return parser.parseFrom(bytes);
        } catch (InvalidProtocolBufferException broken) {
            throw new IllegalStateException("store: a " + name + " does not decode", broken);
        }
    }

    private static Change.Content orders(StoredOrders stored) {
        List<Change.Ordered> orders = new ArrayList<>(stored.getCommitmentsCount());
        for (int index = 0; index < stored.getCommitmentsCount(); index++) {
            ByteString sender = stored.getSenders(index);
            orders.add(new Change.Ordered(
                    new OrderCommitment(new Hash(stored.getCommitments(index))),
                    sender.isEmpty() ? Optional.empty() : Optional.of(new WalletAddress(sender))));
        }
        return new Change.Content.Orders(orders, stored.getThrough());
    }

    private static Change.Content leaves(StoredLeaves stored) {
        List<Change.Leaf> leaves = new ArrayList<>(stored.getMessageIdsCount());
        for (int index = 0; index < stored.getMessageIdsCount(); index++) {
            leaves.add(new Change.Leaf(new MessageId(new Hash(stored.getMessageIds(index))),
                    new Hash(stored.getSalts(index)), new Hash(stored.getHashes(index)),
                    stored.getBatchPaths(index).getAuntsList()));
        }
        return new Change.Content.Leaves(leaves);
    }
}
