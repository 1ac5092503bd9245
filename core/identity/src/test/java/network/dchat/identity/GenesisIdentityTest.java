package network.dchat.identity;

import static org.assertj.core.api.Assertions.assertThat;

import network.dchat.wire.v1.Genesis;
import org.junit.jupiter.api.Test;

class GenesisIdentityTest {
    @Test
    void namesTheChainByNameAndNetwork() {
        Genesis genesis = Genesis.newBuilder().setName("testnet").build();
        GenesisIdentity identity = GenesisIdentity.of(genesis);
        assertThat(identity.networkId().value())
                .isEqualTo(TaggedHash.of("dchat/genesis/1", genesis.toByteString()));
        assertThat(identity.chainId())
                .isEqualTo("testnet-" + identity.networkId().toString().substring(0, 32));
        assertThat(GenesisIdentity.of(genesis.toBuilder().setName("testnet2").build()).networkId())
                .isNotEqualTo(identity.networkId());
    }

    @Test
    void keepsChainIdsWithinFiftyCharacters() {
        Genesis longest = Genesis.newBuilder().setName("a".repeat(17)).build();
        assertThat(GenesisIdentity.of(longest).chainId()).hasSize(50);
    }
}
