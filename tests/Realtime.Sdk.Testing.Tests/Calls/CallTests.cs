using System.Net;

namespace Realtime.Sdk.Testing.Tests.Calls;

/// <summary>The emulator's calls, made and answered by the SDK's own client.</summary>
public sealed class CallTests : IAsyncLifetime
{
    private RealtimeEmulator _emulator = null!;
    private RealtimeClient _client = null!;

    public async ValueTask InitializeAsync()
    {
        _emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        _client = _emulator.CreateClient();
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _emulator.DisposeAsync();
    }

    [Fact]
    public async Task An_offer_with_a_session_begins_a_call_with_it()
    {
        var answer = await _client.Calls.CreateAsync(Offers.Browser, new RealtimeSessionConfiguration { Model = "gpt-realtime-2", Instructions = "Hello." });

        answer.Sdp.Should().StartWith("v=0\r\n");
        var call = _emulator.Calls.Should().ContainSingle().Subject;
        call.Id.Should().Be(answer.CallId);
        call.State.Should().Be(EmulatedCallState.Active);
        call.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("Hello.");
    }

    [Fact]
    public async Task A_bare_offer_takes_the_session_of_its_ephemeral_key()
    {
        var secret = await _client.CreateClientSecretAsync(new RealtimeSessionConfiguration { Instructions = "From the key." });
        using var browser = new RealtimeClient(new RealtimeClientOptions { BaseUrl = _emulator.BaseUrl, Credential = RealtimeCredential.FromEphemeralKey(secret.Value) });

        await browser.Calls.CreateAsync(Offers.Browser);

        _emulator.Calls.Single().Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("From the key.");
    }

    [Fact]
    public async Task A_telephone_call_is_accepted_transferred_and_gone()
    {
        var id = (await _emulator.PlaceCallAsync()).CallId;

        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ringing);
        await _client.Calls.AcceptAsync(id, new RealtimeSessionConfiguration { Model = "gpt-realtime-2" });
        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Active);
        await _client.Calls.ReferAsync(id, "tel:+14155550199");

        _emulator.Calls.Single().Should().Match<EmulatedCall>(call => call.State == EmulatedCallState.Ended && call.ReferredTo == "tel:+14155550199" && call.EndedBy == EmulatedCallParty.Application);
        (await Refused(() => _client.Calls.HangUpAsync(id))).Error!.Code.Should().Be("call_id_not_found");
    }

    [Fact]
    public async Task A_telephone_call_is_rejected_with_the_status_asked_for_or_603()
    {
        var first = (await _emulator.PlaceCallAsync()).CallId;
        var second = (await _emulator.PlaceCallAsync()).CallId;

        await _client.Calls.RejectAsync(first);
        await _client.Calls.RejectAsync(second, 486);

        _emulator.Calls.Select(call => (call.State, call.RejectedWith)).Should().Equal((EmulatedCallState.Rejected, 603), (EmulatedCallState.Rejected, 486));
    }

    [Fact]
    public async Task Of_two_that_accept_a_call_the_first_wins()
    {
        var id = (await _emulator.PlaceCallAsync()).CallId;

        await _client.Calls.AcceptAsync(id, new RealtimeSessionConfiguration { Instructions = "first" });
        var second = await Refused(() => _client.Calls.AcceptAsync(id, new RealtimeSessionConfiguration { Instructions = "second" }));
        var third = await Refused(() => _client.Calls.RejectAsync(id));

        second.Error!.Code.Should().Be("decision_already_made");
        third.Error!.Code.Should().Be("decision_already_made");
        ((RealtimeSessionConfiguration)_emulator.Calls.Single().Session!.Configuration).Instructions.Should().Be("first");
    }

    [Fact]
    public async Task A_call_that_is_hung_up_has_ended_and_an_unknown_one_is_not_found()
    {
        var call = await _client.Calls.CreateAsync(Offers.Browser);

        await _client.Calls.HangUpAsync(call.CallId!);

        _emulator.Calls.Single().State.Should().Be(EmulatedCallState.Ended);
        (await Refused(() => _client.Calls.HangUpAsync("rtc_unknown"))).Kind.Should().Be(RealtimeApiErrorKind.NotFound);
    }

    [Theory]
    [InlineData("text/plain", "v=0", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("application/sdp", "hello", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"x\"\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--\r\n", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"sdp\"\r\n\r\nv=0", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition\r\n\r\nv=0\r\n--b--\r\n", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"session\"\r\nContent-Type: application/json\r\n\r\n{\r\n--b--\r\n", HttpStatusCode.BadRequest)]
    [InlineData(null, "v=0", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("nonsense", "v=0", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data", "v=0", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data; boundary", "v=0", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data; boundary=\"\"", "v=0", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/mixed; boundary=b", "--b--\r\n", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("multipart/form-data; boundary=b", "--b--\r\n", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"sdp\"\r\nContent-Type: image/png\r\n\r\nv=0\r\n--b--\r\n", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"sdp\"\r\nContent-Type: ?\r\n\r\nv=0\r\n--b--\r\n", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data\r\n\r\nv=0\r\n--b--\r\n", HttpStatusCode.BadRequest)]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Type: application/sdp\r\n\r\nv=0\r\n--b--\r\n", HttpStatusCode.BadRequest)]
    [InlineData("application/sdp", " ", HttpStatusCode.BadRequest)]
    public async Task An_offer_the_service_cannot_read_is_refused(string? type, string body, HttpStatusCode status)
    {
        using var caller = EmulatorCaller.Of(_emulator);
        using var content = new StringContent(body);
        content.Headers.Remove("Content-Type");
        if (type is not null)
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_emulator.BaseUrl}/realtime/calls") { Content = content };

        (await caller.SendAsync(request)).Status.Should().Be(status);
        _emulator.Calls.Should().BeEmpty();
    }

    [Theory]
    [InlineData("accept", """{"type":"transcription"}""", "type")]
    [InlineData("accept", """{"model":"gpt-realtime-2"}""", "type")]
    [InlineData("accept", """{"type":"realtime","session":{}}""", "session")]
    [InlineData("reject", """{"status_code":"486"}""", "status_code")]
    [InlineData("reject", """{"status_code":486,"reason":"no"}""", "reason")]
    [InlineData("refer", "{}", "target_uri")]
    [InlineData("reject", """{"status_code":200}""", "status_code")]
    [InlineData("refer", """{"target_uri":"tel:+1","later":1}""", "later")]
    [InlineData("refer", """{"target_uri":"+14155550123"}""", "target_uri")]
    [InlineData("refer", """{"target_uri":"mailto:somebody@example.com"}""", "target_uri")]
    [InlineData("refer", """{"target_uri":"sip:a@example.com\r\nVia: b"}""", "target_uri")]
    [InlineData("refer", """{"target_uri":7}""", "target_uri")]
    public async Task A_body_the_service_refuses_is_refused_by_name(string verb, string body, string parameter)
    {
        using var caller = EmulatorCaller.Of(_emulator);

        var reply = await caller.PostAsync($"realtime/calls/{(await _emulator.PlaceCallAsync()).CallId}/{verb}", body);

        reply.Status.Should().Be(HttpStatusCode.BadRequest);
        reply.ErrorParam.Should().Be(parameter);
    }

    [Theory]
    [InlineData("""{"type":"realtime","type":"realtime"}""")]
    [InlineData("""{"type":"realtime","instructions":"\ud800"}""")]
    public async Task A_session_that_is_not_valid_JSON_is_refused(string session)
    {
        using var caller = EmulatorCaller.Of(_emulator);
        using var form = new MultipartFormDataContent { { new StringContent(Offers.Browser), "sdp" }, { new StringContent(session), "session" } };
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_emulator.BaseUrl}/realtime/calls") { Content = form };

        var reply = await caller.SendAsync(request).WithTimeout();

        reply.ErrorCode.Should().Be("invalid_json");
    }

    [Fact]
    public async Task A_boundary_that_is_too_long_is_refused()
    {
        using var caller = EmulatorCaller.Of(_emulator);
        using var content = new StringContent("");
        content.Headers.Remove("Content-Type");
        content.Headers.TryAddWithoutValidation("Content-Type", $"multipart/form-data; boundary={new string('b', 5000)}");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{_emulator.BaseUrl}/realtime/calls") { Content = content };

        var reply = await caller.SendAsync(request).WithTimeout();

        reply.Status.Should().Be(HttpStatusCode.UnsupportedMediaType);
    }

    private static async Task<RealtimeApiException> Refused(Func<Task> call) => (await call.Should().ThrowAsync<RealtimeApiException>()).Which;
}
