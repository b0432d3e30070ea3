using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Rules;

/// <summary>An operation that takes a session, a response or an item.</summary>
public enum EntryPoint
{
    /// <summary><c>session.update</c> on a WebSocket.</summary>
    Update,

    /// <summary><c>POST /realtime/client_secrets</c>.</summary>
    Secret,

    /// <summary>The part <c>session</c> of <c>POST /realtime/calls</c>.</summary>
    Call,

    /// <summary><c>POST /realtime/calls/{call_id}/accept</c>.</summary>
    Accept,

    /// <summary><c>response.create</c> on a WebSocket.</summary>
    Response,

    /// <summary><c>conversation.item.create</c> on a WebSocket.</summary>
    Item,

    /// <summary>An item in <c>response.input</c>.</summary>
    Input,
}

internal static class EntryPoints
{
    /// <summary>A made-up offer with audio and a data channel, of the form that browsers send.</summary>
    private const string Offer = "v=0\r\no=- 46117317 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 0 1\r\na=msid-semantic: WMS\r\n"
        + "m=audio 9 UDP/TLS/RTP/SAVPF 111 0 8\r\nc=IN IP4 0.0.0.0\r\na=rtcp:9 IN IP4 0.0.0.0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y\r\n"
        + "a=ice-options:trickle\r\na=fingerprint:sha-256 49:66:12:17:0D:1C:91:AE:57:4C:C6:36:DD:D5:97:D2:7D:62:C9:9A:7F:B9:A3:F4:70:03:E7:43:91:73:23:5E\r\n"
        + "a=setup:actpass\r\na=mid:0\r\na=sendrecv\r\na=rtcp-mux\r\na=rtpmap:111 opus/48000/2\r\na=fmtp:111 minptime=10;useinbandfec=1\r\n"
        + "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\n"
        + "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\na=ice-ufrag:EsAw\r\na=ice-pwd:bP+XJMM09aR8AiX1jdukzR6Y\r\n"
        + "a=fingerprint:sha-256 49:66:12:17:0D:1C:91:AE:57:4C:C6:36:DD:D5:97:D2:7D:62:C9:9A:7F:B9:A3:F4:70:03:E7:43:91:73:23:5E\r\n"
        + "a=setup:actpass\r\na=mid:1\r\na=sctp-port:5000\r\na=max-message-size:262144\r\n";

    /// <summary>The path of a parameter in a request to this entry point.</summary>
    public static string Param(this EntryPoint entryPoint, string member) => entryPoint switch
    {
        EntryPoint.Accept => member,
        EntryPoint.Response => $"response.{member}",
        EntryPoint.Item => $"item.{member}",
        EntryPoint.Input => $"response.input[0].{member}",
        _ => $"session.{member}",
    };

    /// <summary>Sends members to an entry point; returns the error, or null when they are accepted.</summary>
    public static async Task<JsonNode?> SendAsync(this EntryPoint entryPoint, RealtimeEmulator emulator, string members)
    {
        using var rest = EmulatorCaller.Of(emulator);
        return entryPoint switch
        {
            EntryPoint.Update => await SendEventAsync(emulator, $$"""{"type":"session.update","session":{{Session(members)}} }"""),
            EntryPoint.Response => await SendEventAsync(emulator, $$"""{"type":"response.create","response":{{members}} }"""),
            EntryPoint.Item => await SendEventAsync(emulator, $$"""{"type":"conversation.item.create","item":{{members}} }"""),
            EntryPoint.Input => await SendEventAsync(emulator, $$"""{"type":"response.create","response":{"input":[{{members}}]} }"""),
            EntryPoint.Secret => Error(await rest.PostAsync("realtime/client_secrets", $$"""{"session":{{Session(members)}} }""")),
            EntryPoint.Accept => Error(await rest.PostAsync($"realtime/calls/{(await emulator.PlaceCallAsync()).CallId}/accept", Session(members))),
            _ => Error(await CallAsync(rest, emulator, Session(members))),
        };
    }

    /// <summary>Sends an event in a new session; returns the error, or null when there is none among the first answers.</summary>
    public static async Task<JsonNode?> SendEventAsync(RealtimeEmulator emulator, string message)
    {
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();
        await caller.SendAsync(message);

        // The next event is always refused, so that the test need not wait for an event that is accepted without a reply.
        await caller.SendAsync("""{"type":"input_audio_buffer.commit","event_id":"fence"}""");
        while (true)
        {
            var answer = await caller.ReceiveAsync();
            if ((string?)answer["type"] == "error")
                return (string?)answer["error"]!["event_id"] == "fence" ? null : answer["error"];
        }
    }

    /// <summary>A form with two parts without content types, as a browser's <c>FormData</c> creates it.</summary>
    public static MultipartFormDataContent CallForm(string session)
    {
        var form = new MultipartFormDataContent { { new StringContent(Offer), "sdp" }, { new StringContent(session), "session" } };
        foreach (var part in form)
            part.Headers.ContentType = null;
        return form;
    }

    private static string Session(string members)
    {
        var session = new JsonObject { ["type"] = "realtime" };
        foreach (var (name, value) in JsonNode.Parse(members)!.AsObject())
            session[name] = value?.DeepClone();
        return session.ToJsonString();
    }

    /// <summary>The error of an answer. 501 is not an error here: the emulator accepted the session, but has no media for the call.</summary>
    private static JsonNode? Error(Reply reply) => (int)reply.Status is < 300 or 501 ? null : reply.Json["error"];

    private static async Task<Reply> CallAsync(EmulatorCaller caller, RealtimeEmulator emulator, string session)
    {
        using var form = CallForm(session);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{emulator.BaseUrl}/realtime/calls") { Content = form };
        return await caller.SendAsync(request);
    }
}
