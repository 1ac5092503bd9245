package network.dchat.mailbox;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import network.dchat.identity.Certified;
import network.dchat.identity.DeviceCertificate;
import network.dchat.identity.Hash;
import network.dchat.identity.NetworkId;
import network.dchat.identity.PeerId;
import network.dchat.identity.Sha256;
import network.dchat.identity.SignatureKind;
import network.dchat.identity.Signatures;
import network.dchat.identity.SignedPrekey;
import network.dchat.identity.SigningKey;
import network.dchat.identity.UserRecord;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.GenesisRules;
import network.dchat.ledger.MessageId;
import network.dchat.ledger.Opening;
import network.dchat.wire.v1.ChainParameters;
import network.dchat.wire.v1.Content;
import network.dchat.wire.v1.Envelope;
import network.dchat.wire.v1.Genesis;
import network.dchat.wire.v1.GenesisBalance;
import network.dchat.wire.v1.GenesisValidator;
import network.dchat.wire.v1.ReturnHandle;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.Submission;

/// Keys, records and messages that follow from names.
final class People {
    /// When the simulator's clocks begin.
    static final long EPOCH = 1_767_225_600_000L;

    /// Units of each relay.
    static final long RICH = 1_000_000;

    private static final long YEAR = TimeUnit.DAYS.toMillis(365);

    private static final Map<String, SigningKey> KEYS = new ConcurrentHashMap<>();
    static final Genesis GENESIS = genesis();
    static final NetworkId NETWORK = GenesisRules.networkId(GENESIS);

    private People() {}

    /// One validator, and relays that can pay.
    private static Genesis genesis() {
        Genesis.Builder genesis = Genesis.newBuilder().setName("test").setGenesisTimeMillis(EPOCH)
                .addValidators(GenesisValidator.newBuilder().setName("validator").setPower(10)
                        .setPeerKey(key("validator/peer").publicKey().bytes())
                        .setConsensusKey(key("validator").publicKey().bytes()))
                .setParameters(ChainParameters.newBuilder().setMaxBlockBytes(1 << 20)
                        .setCommitmentFee(4).setMaxBatchCommitments(256).setMaxRootLeaves(1_024)
                        .setAuditWindowMillis(4_000).setPowerUnit(1));
        for (String name : List.of("relay1", "relay2", "relay3", "relay4", "relay5", "thief")) {
            genesis.addBalances(GenesisBalance.newBuilder()
                    .setAddress(WalletAddress.of(key(name).publicKey()).bytes()).setAmount(RICH));
        }
        return genesis.build();
    }

    static Hash hash(String text) {
        return Sha256.of(ByteString.copyFromUtf8(text));
    }

    /// Keys follow from names, so that they can be kept.
    static SigningKey key(String name) {
        return KEYS.computeIfAbsent(name, _ -> SigningKey.fromSeed(hash(name).bytes()));
    }

    static PeerId relay(String name) {
        return PeerId.of(key(name).publicKey());
    }

    static SigningKey device(String user) {
        return key(user + "/device");
    }

    static WalletAddress address(String user) {
        return WalletAddress.of(key(user).publicKey());
    }

    static SignedBytes certificate(String user) {
        return device(user, EPOCH - YEAR / 2).signed();
    }

    static UserRoute route(String user, long sequence, List<PeerId> relays, long nowMillis) {
        return UserRoute.of(record(user, sequence, relays, nowMillis));
    }

    static Certified<UserRecord> record(String user, long sequence, List<PeerId> relays,
            long nowMillis) {
        SigningKey identity = key(user);
        UserRecord record = new UserRecord(identity.publicKey(), relays,
                new SignedPrekey(identity.publicKey(), 1, hash(user + "/prekey").bytes(),
                        nowMillis - 1_000, nowMillis + TimeUnit.DAYS.toMillis(50))
                        .sign(NETWORK, identity),
                List.of(device(user, EPOCH - YEAR / 2)), sequence,
                nowMillis + TimeUnit.DAYS.toMillis(29));
        return record.sign(NETWORK, identity);
    }

    /// What stands inside a message; in these tests the padded content is the ciphertext.
    static Content content(String from, long number, List<ReturnHandle> handles) {
        return Content.newBuilder().setSenderKey(key(from).publicKey().bytes()).setCounter(number)
                .setSecret(secret(from, number)).addAllReturnHandles(handles)
                .setBody(ByteString.copyFromUtf8("message " + number)).build();
    }

    static ByteString secret(String from, long number) {
        return hash(from + "/secret/" + number).bytes();
    }

    static Envelope envelope(String to, Content content, long expiresAtMillis) {
        ByteString plain = ByteString.copyFrom(new byte[]{(byte) (content.getSerializedSize() >> 8),
                (byte) content.getSerializedSize()}).concat(content.toByteString());
        int length = SizeBuckets.fitting(plain.size()).orElseThrow();
        return Envelope.newBuilder().setRecipient(address(to).bytes()).setExpiresAt(expiresAtMillis)
                .setCiphertext(plain.concat(ByteString.copyFrom(new byte[length - plain.size()])))
                .build();
    }

    static Content opened(Envelope envelope)
            throws com.google.protobuf.InvalidProtocolBufferException {
        ByteString bytes = envelope.getCiphertext();
        int length = ((bytes.byteAt(0) & 0xff) << 8) | (bytes.byteAt(1) & 0xff);
        return Content.parseFrom(bytes.substring(2, 2 + length));
    }

    static MessageId id(Envelope envelope) {
        return MessageId.of(NETWORK, envelope).orElseThrow();
    }

    static SignedBytes submission(String from, Envelope envelope, long number) {
        Opening opening = Opening.of(id(envelope), secret(from, number));
        return Signatures.sign(SignatureKind.ENVELOPE_SUBMISSION, NETWORK,
                Submission.newBuilder().setEnvelope(envelope)
                        .setCommitment(opening.commitment().bytes()).build().toByteString(),
                device(from));
    }

    private static Certified<DeviceCertificate> device(String user, long issuedAtMillis) {
        SigningKey identity = key(user);
        return new DeviceCertificate(identity.publicKey(), device(user).publicKey(), issuedAtMillis,
                issuedAtMillis + YEAR, 1).sign(NETWORK, identity);
    }
}
