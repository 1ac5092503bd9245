package network.dchat.session;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.HexFormat;
import java.util.NavigableMap;
import java.util.TreeMap;
import network.dchat.identity.Certified;
import network.dchat.identity.PublicKey;
import network.dchat.identity.SignedPrekey;
import network.dchat.session.noise.Secret;
import network.dchat.session.noise.X25519KeyPair;
import network.dchat.session.noise.X25519PublicKey;
import network.dchat.wire.v1.PrekeyState;
import network.dchat.wire.v1.RatchetState;
import network.dchat.wire.v1.ReceivingChainState;
import network.dchat.wire.v1.SendingChainState;
import network.dchat.wire.v1.SessionState;
import network.dchat.wire.v1.SignedBytes;
import network.dchat.wire.v1.SkippedChainState;
import network.dchat.wire.v1.SkippedKeyState;

/// Rows of the stored state: `prekey/<id>`, `start/<prekey id>/<ephemeral key>`, `session/<id>`.
final class StateCodec {
    static final String PREKEY = "prekey/";
    static final String START = "start/";
    static final String SESSION = "session/";

    private StateCodec() {}

    static String prekeyRow(int id) {
        return PREKEY + id;
    }

    static String startRow(int prekeyId, X25519PublicKey ephemeral) {
        return START + prekeyId + "/" + ephemeral;
    }

    static String sessionRow(X25519PublicKey id) {
        return SESSION + id;
    }

    static StateRow prekey(HeldPrekey prekey) {
        PrekeyState state = PrekeyState.newBuilder().setSigned(prekey.certified().signed())
                .setPrivateKey(prekey.pair().privateKey().reveal()).build();
        return new StateRow(prekeyRow(prekey.id()), state.toByteString());
    }

    static StateRow start(int prekeyId, X25519PublicKey ephemeral) {
        return new StateRow(startRow(prekeyId, ephemeral), ByteString.EMPTY);
    }

    static StateRow session(Session session) {
        Session.Start start = session.start();
        SessionState state = SessionState.newBuilder().setId(start.id().bytes())
                .setPeer(start.peer().bytes()).setOurs(start.ours()).setStartedAt(start.atMillis())
                .setPeerPrekeyId(start.peerPrekey().id())
                .setPeerPrekeyCreatedAt(start.peerPrekey().createdAtMillis())
                .setPeerPrekeyExpiresAt(start.peerPrekey().expiresAtMillis())
                .setHandshake(session.front()).setRank(session.rank())
                .setAnswered(session.answered()).setUsedAt(session.usedAtMillis())
                .setRatchet(encode(session.ratchet())).build();
        return new StateRow(sessionRow(session.id()), state.toByteString());
    }

    /// Our own prekey: the store is trusted, so the signature is not verified again.
    static HeldPrekey decodePrekey(ByteString value) throws InvalidProtocolBufferException {
        PrekeyState state = PrekeyState.parseFrom(value);
        SignedBytes signed = state.getSigned();
        var body = network.dchat.wire.v1.SignedPrekey.parseFrom(signed.getBody());
        SignedPrekey prekey = new SignedPrekey(new PublicKey(signed.getPublicKey()), body.getId(),
                body.getPublicKey(), body.getCreatedAt(), body.getExpiresAt());
        return new HeldPrekey(new Certified<>(prekey, signed), pair(state.getPrivateKey()));
    }

    static Session decodeSession(ByteString value) throws InvalidProtocolBufferException {
        SessionState state = SessionState.parseFrom(value);
        PeerPrekey peerPrekey = new PeerPrekey(state.getPeerPrekeyId(),
                state.getPeerPrekeyCreatedAt(), state.getPeerPrekeyExpiresAt());
        Session.Start start = new Session.Start(new X25519PublicKey(state.getId()),
                new PublicKey(state.getPeer()), state.getOurs(), state.getStartedAt(), peerPrekey,
                state.getHandshake());
        return new Session(start, state.getRank(), state.getAnswered(), state.getUsedAt(),
                decode(state.getRatchet()));
    }

    /// What a row of a handshake that was seen says by its key.
    record SeenStart(int prekeyId, X25519PublicKey ephemeral) {}

    static SeenStart decodeStart(String row) {
        String[] parts = row.split("/", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("row: " + parts.length + " parts (expected: 3)");
        }
        ByteString ephemeral = ByteString.copyFrom(HexFormat.of().parseHex(parts[2]));
        return new SeenStart(Integer.parseInt(parts[1]), new X25519PublicKey(ephemeral));
    }

    private static RatchetState encode(Ratchet ratchet) {
        RatchetState.Builder state = RatchetState.newBuilder()
                .setRootKey(ratchet.rootKey().reveal())
                .setPrivateKey(ratchet.pair().privateKey().reveal())
                .setNextSendingHeaderKey(ratchet.nextSendingHeaderKey().reveal())
                .setNextReceivingHeaderKey(ratchet.nextReceivingHeaderKey().reveal());
        SendingChain sending = ratchet.sending();
        if (sending != null) {
            state.setSending(SendingChainState.newBuilder().setChainKey(sending.chainKey().reveal())
                    .setHeaderKey(sending.headerKey().reveal()).setNext(sending.next())
                    .setPreviousLength(sending.previousLength()));
        }
        ReceivingChain receiving = ratchet.receiving();
        if (receiving != null) {
            state.setReceiving(ReceivingChainState.newBuilder()
                    .setChainKey(receiving.chainKey().reveal())
                    .setHeaderKey(receiving.headerKey().reveal()).setNext(receiving.next()));
        }
        ratchet.skipped().chains().forEach(chain -> state.addSkipped(encode(chain)));
        return state.build();
    }

    private static SkippedChainState encode(SkippedChain chain) {
        SkippedChainState.Builder state = SkippedChainState.newBuilder()
                .setHeaderKey(chain.headerKey().reveal()).setSkippedAt(chain.skippedAtMillis());
        chain.keys().forEach((number, key) -> state.addKeys(
                SkippedKeyState.newBuilder().setNumber(number).setMessageKey(key.reveal())));
        return state.build();
    }

    private static Ratchet decode(RatchetState state) {
        SendingChain sending = null;
        if (state.hasSending()) {
            SendingChainState chain = state.getSending();
            sending = new SendingChain(Secret.of(chain.getChainKey()),
                    Secret.of(chain.getHeaderKey()), chain.getNext(), chain.getPreviousLength());
        }
        ReceivingChain receiving = null;
        if (state.hasReceiving()) {
            ReceivingChainState chain = state.getReceiving();
            receiving = new ReceivingChain(Secret.of(chain.getChainKey()),
                    Secret.of(chain.getHeaderKey()), chain.getNext());
        }
        SkippedKeys skipped = new SkippedKeys(
                state.getSkippedList().stream().map(StateCodec::decode).toList());
        return new Ratchet(Secret.of(state.getRootKey()), pair(state.getPrivateKey()), sending,
                receiving, Secret.of(state.getNextSendingHeaderKey()),
                Secret.of(state.getNextReceivingHeaderKey()), skipped);
    }

    private static SkippedChain decode(SkippedChainState state) {
        NavigableMap<Integer, Secret> keys = new TreeMap<>();
        state.getKeysList()
                .forEach(key -> keys.put(key.getNumber(), Secret.of(key.getMessageKey())));
        return new SkippedChain(Secret.of(state.getHeaderKey()), state.getSkippedAt(), keys);
    }

    private static X25519KeyPair pair(ByteString privateKey) {
        return X25519KeyPair.of(Secret.of(privateKey));
    }
}
