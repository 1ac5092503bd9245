package network.dchat.identity;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import network.dchat.wire.v1.Genesis;

/// What a genesis names: the network and its chain.
///
/// The network id is H(`dchat/genesis/1`, deterministic protobuf encoding); the chain id is the
/// genesis's name, a hyphen and the first 32 hex digits of the network id, so that a new genesis
/// with old keys never meets old votes.
///
/// @param networkId what every signature is bound to
/// @param chainId   at most 50 characters, as CometBFT demands
public record GenesisIdentity(NetworkId networkId, String chainId) {
    private static final String TAG = "dchat/genesis/1";
    private static final int CHAIN_ID_DIGITS = 32;

    /// The identity of this genesis, which the caller has validated.
    public static GenesisIdentity of(Genesis genesis) {
        Hash hash = TaggedHash.of(TAG, encode(genesis));
        String chainId = genesis.getName() + "-" + hash.hex().substring(0, CHAIN_ID_DIGITS);
        return new GenesisIdentity(new NetworkId(hash), chainId);
    }

    private static ByteString encode(Genesis genesis) {
        byte[] bytes = new byte[genesis.getSerializedSize()];
        CodedOutputStream output = CodedOutputStream.newInstance(bytes);
        output.useDeterministicSerialization();
        try {
            genesis.writeTo(output);
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return ByteString.copyFrom(bytes);
    }
}
