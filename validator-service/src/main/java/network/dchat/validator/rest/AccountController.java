package network.dchat.validator.rest;

import com.google.protobuf.ByteString;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import network.dchat.identity.Octets;
import network.dchat.identity.WalletAddress;
import network.dchat.ledger.Account;
import network.dchat.ledger.ChainState;
import network.dchat.validator.chain.ChainView;
import network.dchat.wire.v1.CommittedBlock;
import network.dchat.wire.v1.Header;
import network.dchat.wire.v1.Unbonding;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/// Accounts over HTTP: what the latest state says, and the same with a proof against the app hash
/// of the last header, which is that of the state before the last block.
@RestController
@RequestMapping(path = "/chain/accounts", produces = MediaType.APPLICATION_JSON_VALUE)
public final class AccountController {
    private final ChainView view;

    /// A controller over a chain.
    AccountController(ChainView view) {
        this.view = view;
    }

    /// The account of an address, `0x` and 40 hex digits; empty when the chain has not seen it.
    @GetMapping("/{address}")
    public Map<String, Object> account(@PathVariable String address) {
        WalletAddress parsed = WalletAddress.parse(address)
                .orElseThrow(() -> ChainProblem.of(ChainProblem.Kind.MALFORMED,
                        "address: not 0x and 40 hex digits (expected: these)"));
        ChainView.Latest latest = view.latest();
        ChainState state = latest.chain().state();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("address", parsed.toString());
        answer.put("height", state.height());
        describe(state.account(parsed), answer);
        answer.put("unbonding",
                state.unbondings(parsed).stream().map(AccountController::describe).toList());
        Optional<ChainState> named = latest.named();
        Optional<CommittedBlock> block = latest.block();
        if (named.isPresent() && block.isPresent()) {
            answer.put("proven", proven(named.get(), block.get().getBlock().getHeader(),
                    block.get().getCommit().getBlockId().getHash(), parsed));
        }
        return answer;
    }

    private static Map<String, Object> proven(ChainState named, Header header, ByteString hash,
            WalletAddress address) {
        Account account = named.account(address);
        Map<String, Object> proven = new LinkedHashMap<>();
        proven.put("header_height", header.getHeight());
        proven.put("header_hash", Octets.hex(hash));
        proven.put("app_hash", Octets.hex(header.getAppHash()));
        proven.put("height", named.height());
        describe(account, proven);
        proven.put("account", base64(account.toWire().toByteString()));
        proven.put("state_proof", base64(named.proveAccount(address).toBytes()));
        return proven;
    }

    private static void describe(Account account, Map<String, Object> tree) {
        tree.put("balance", account.balance());
        tree.put("stake", account.stake());
        tree.put("next_sequence", account.nextSequence());
    }

    private static Map<String, Object> describe(Unbonding units) {
        Map<String, Object> tree = new LinkedHashMap<>();
        tree.put("amount", units.getAmount());
        tree.put("not_before_height", units.getHeight());
        tree.put("not_before_time", Instant.ofEpochMilli(units.getTimeMillis()).toString());
        return tree;
    }

    private static String base64(ByteString bytes) {
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }
}
