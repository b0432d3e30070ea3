using System.Net;
using System.Net.Http.Headers;

namespace Realtime.Sdk.Testing.Tests.Calls;

/// <summary>The emulator validates offers like a WebRTC stack. The messages of the refusals are made up.</summary>
public sealed class SdpOfferTests
{
    public static TheoryData<string, string> Refused() => new()
    {
        { "hello\r\n", "line 1 is not of the form x=value" },
        { "v=0\r\n", "line 2 must be o=" },
        { "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n", "it has no m= line" },
        { Offers.Browser.TrimEnd(), "its last line does not end with a line break; it must be passed on byte for byte" },
        { Offers.With("v=", "v=1"), "line 1 must be v=0" },
        { Offers.With("o=", "o=- 1 2"), "its o= line does not have six fields" },
        { Offers.With("s="), "line 3 must be s=" },
        { Offers.With("t="), "it has no t= line" },
        { Offers.With("m=audio", "m=audio 9"), "section 1 has an m= line without a port, a protocol or a format" },
        { Offers.With("m=audio", "m=audio 0 UDP/TLS/RTP/SAVPF 111").Replace("m=application 9", "m=application 0", StringComparison.Ordinal), "it offers neither audio nor a data channel (m=audio, m=application)" },
        { Offers.With("m=audio", "m=audio 9 RTP/AVP 0"), "section 1 (audio) does not use DTLS (UDP/TLS/RTP/SAVPF)" },
        { Offers.With("m=application", "m=application 9 UDP/DTLS/SCTP 5000"), "section 2 (application) is not a data channel (UDP/DTLS/SCTP webrtc-datachannel)" },
        { Offers.With("a=ice-ufrag"), "section 1 (audio) has no a=ice-ufrag" },
        { Offers.With("a=ice-ufrag", "a=ice-ufrag:abc"), "the a=ice-ufrag of section 1 (audio) does not have 4 to 256 characters" },
        { Offers.With("a=ice-ufrag", $"a=ice-ufrag:{new string('a', 257)}"), "the a=ice-ufrag of section 1 (audio) does not have 4 to 256 characters" },
        { Offers.With("a=ice-pwd", $"a=ice-pwd:{new string('a', 257)}"), "the a=ice-pwd of section 1 (audio) does not have 22 to 256 characters" },
        { Offers.With("a=ice-pwd"), "section 1 (audio) has no a=ice-pwd" },
        { Offers.With("a=ice-pwd", "a=ice-pwd:short"), "the a=ice-pwd of section 1 (audio) does not have 22 to 256 characters" },
        { Offers.With("a=fingerprint"), "section 1 (audio) has no a=fingerprint" },
        { Offers.With("a=fingerprint", "a=fingerprint:sha-256 DA:39"), "the a=fingerprint of section 1 (audio) is not a hash function and a hash" },
        { Offers.With("a=fingerprint", "a=fingerprint:sha-256"), "the a=fingerprint of section 1 (audio) is not a hash function and a hash" },
        { Offers.With("a=fingerprint", $"a=fingerprint:md5 {Hash(16)}"), "the a=fingerprint of section 1 (audio) is not a hash function and a hash" },
        { Offers.With("a=fingerprint", $"a=fingerprint:sha-1 {Hash(32)}"), "the a=fingerprint of section 1 (audio) is not a hash function and a hash" },
        { Offers.With("a=fingerprint", $"a=fingerprint:sha-1 {Hash(19)}:A"), "the a=fingerprint of section 1 (audio) is not a hash function and a hash" },
        { Offers.With("a=fingerprint", $"a=fingerprint:sha-1 {Hash(19)}:GG"), "the a=fingerprint of section 1 (audio) is not a hash function and a hash" },
        { Offers.With("m=application", "m=application 9 UDP/TLS webrtc-datachannel"), "section 2 (application) is not a data channel (UDP/DTLS/SCTP webrtc-datachannel)" },
        { Offers.With("a=group", "a=group:LS 0 1"), "a=group:BUNDLE does not name section 1 (audio)" },
        { Offers.With("a=setup"), "section 1 (audio) has no a=setup" },
        { Offers.With("a=setup", "a=setup:holdconn"), "the a=setup of section 1 (audio) is not one of actpass, active, passive" },
        { Offers.With("a=mid:1"), "section 2 (application) has no a=mid" },
        { Offers.With("a=mid:1", "a=mid:0"), "two sections have the same a=mid, or none" },
        { Offers.With("a=group"), "a=group:BUNDLE does not name section 1 (audio)" },
        { Offers.With("a=group", "a=group:BUNDLE 0"), "a=group:BUNDLE does not name section 2 (application)" },
        { Offers.With("a=rtcp-mux"), "section 1 (audio) has no a=rtcp-mux" },
        { Offers.With("m=audio", "m=audio 9 UDP/TLS/RTP/SAVPF 111").Replace("opus", "speex", StringComparison.Ordinal).Replace("PCM", "G72", StringComparison.Ordinal), "section 1 (audio) has none of the codecs opus/48000, PCMU/8000, PCMA/8000" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    public async Task An_offer_that_no_WebRTC_stack_could_answer_is_refused_with_the_reason(string offer, string fault)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });

        var reply = await PostAsync(emulator, offer);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        (reply.ErrorCode, reply.ErrorParam).Should().Be(("invalid_offer", "sdp"));
        reply.Json["error"]!["message"]!.ToString().Should().Be($"Invalid SDP offer: {fault}.");
        emulator.Calls.Should().BeEmpty();
    }

    public static TheoryData<string> Taken() =>
    [
        Offers.Browser,
        Offers.Browser.Replace("\r\n", "\n", StringComparison.Ordinal),

        // Firefox states the fingerprint once, for the session; a bundled medium may have port 0.
        Offers.With("a=fingerprint").Replace("a=extmap-allow-mixed", Offers.Browser.Split("\r\n").First(line => line.StartsWith("a=fingerprint", StringComparison.Ordinal)), StringComparison.Ordinal),
        Offers.Browser.Replace("m=application 9", "m=application 0", StringComparison.Ordinal).Replace("a=sctp-port:5000", "a=bundle-only", StringComparison.Ordinal),

        // Every hash function that is registered for fingerprints and not broken, in any case.
        Offers.With("a=fingerprint", $"a=fingerprint:sha-1 {Hash(20)}"),
        Offers.With("a=fingerprint", $"a=fingerprint:SHA-224 {Hash(28)}"),
        Offers.With("a=fingerprint", $"a=fingerprint:sha-384 {Hash(48)}"),
        Offers.With("a=fingerprint", $"a=fingerprint:sha-512 {Hash(64)}"),

        // G.711 alone, by its static payload type, and a codec by its name.
        Offers.With("m=audio", "m=audio 9 UDP/TLS/RTP/SAVPF 8"),
        Offers.With("m=audio", "m=audio 9 UDP/TLS/RTP/SAVPF 111"),

        // The data channel alone, and audio alone.
        Offers.With("m=audio", "m=audio 0 UDP/TLS/RTP/SAVPF 111"),
        Offers.Browser[..Offers.Browser.IndexOf("m=application", StringComparison.Ordinal)],
    ];

    [Theory]
    [MemberData(nameof(Taken))]
    public async Task Offers_of_browsers_are_accepted(string offer)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });

        var reply = await PostAsync(emulator, offer);

        reply.Status.Should().Be(HttpStatusCode.Created);
        emulator.Calls.Should().ContainSingle();
    }

    [Fact]
    public async Task An_answer_without_media_rejects_every_medium()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });

        var reply = await PostAsync(emulator, Offers.Browser);

        reply.Body.Should().Be(
            "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
            + "m=audio 0 UDP/TLS/RTP/SAVPF 111 63 0 8\r\nc=IN IP4 0.0.0.0\r\na=mid:0\r\na=inactive\r\n"
            + "m=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=mid:1\r\na=inactive\r\n");
        reply.Headers["Location"].Should().Be($"/v1/realtime/calls/{emulator.Calls.Single().Id}");
    }

    [Fact]
    public async Task An_offer_that_nothing_answers_is_refused_with_the_remedy()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        var reply = await PostAsync(emulator, Offers.Browser);

        reply.Status.Should().Be(HttpStatusCode.NotImplemented);
        reply.ErrorCode.Should().Be("media_not_available");
        reply.Json["error"]!["message"]!.ToString().Should().Contain("OnOffer").And.Contain("AnswersWithoutMedia");
        emulator.Calls.Should().BeEmpty();
    }

    private static string Hash(int bytes) => string.Join(':', Enumerable.Repeat("DA", bytes));

    private static async Task<Reply> PostAsync(RealtimeEmulator emulator, string offer)
    {
        using var caller = EmulatorCaller.Of(emulator);
        using var content = new StringContent(offer);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/sdp");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{emulator.BaseUrl}/realtime/calls") { Content = content };
        return await caller.SendAsync(request);
    }
}
