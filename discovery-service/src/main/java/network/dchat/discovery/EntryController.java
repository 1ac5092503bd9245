package network.dchat.discovery;

import java.util.List;
import java.util.Map;
import network.dchat.identity.AddressScope;
import network.dchat.identity.Multiaddr;
import network.dchat.identity.PeerRecord;
import network.dchat.starter.discovery.OwnPeerRecords;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/// `GET /network/entry`: how others enter by this node.
@RestController
final class EntryController {
    private final OwnPeerRecords own;

    EntryController(OwnPeerRecords own) {
        this.own = own;
    }

    /// The addresses to configure as bootstrap nodes, and the TXT records that an operator
    /// publishes under `_dnsaddr.<name>` (libp2p dnsaddr); these hold public addresses only.
    @GetMapping("/network/entry")
    Map<String, Object> entry() {
        List<Multiaddr> addresses = own.all().stream().findFirst()
                .map(record -> record.value().addresses()).orElse(List.of());
        List<String> records = own.toldTo(AddressScope.PUBLIC).map(record -> record.value())
                .map(PeerRecord::addresses).orElse(List.of()).stream()
                .map(address -> "dnsaddr=" + address).toList();
        return Map.of("bootstrap_nodes", addresses.stream().map(Multiaddr::toString).toList(),
                "dns_txt", records);
    }
}
