using Realtime.Sdk.Testing.Tests.Simulation;

namespace Realtime.Sdk.Testing.Tests.Rules;

/// <summary>Behavior of the service beyond refusals: its own examples, voices, metadata, forms and IDs.</summary>
public sealed class ServiceHabitTests
{
    private const string Respond = """{"type":"response.create"}""";

    /// <summary>Examples that no session can accept unchanged: they refer to missing items and responses, or contain a placeholder.</summary>
    private static readonly Dictionary<string, string> RefusedExamples = new()
    {
        ["conversation.item.delete"] = "item_delete_invalid_item_id",
        ["conversation.item.retrieve"] = "item_retrieve_invalid_item_id",
        ["conversation.item.truncate"] = "item_truncate_invalid_item_id",
        ["input_audio_buffer.append"] = "invalid_value",
        ["input_audio_buffer.commit"] = "input_audio_buffer_commit_empty",
        ["response.cancel"] = "response_cancel_not_active",
        ["response.create.2"] = "invalid_value",

        // For calls only, and for the beta only.
        ["output_audio_buffer.clear"] = "invalid_value",
        ["transcription_session.update"] = "invalid_value",
    };

    [Fact]
    public async Task The_services_own_events_are_accepted()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var answers = new Dictionary<string, string?>();

        foreach (var (name, json) in Examples("client"))
            answers[name] = (string?)(await EntryPoints.SendEventAsync(emulator, json).WithTimeout())?["code"];

        answers.Where(answer => answer.Value is not null).Should().BeEquivalentTo(RefusedExamples);
        answers.Should().HaveCountGreaterThan(RefusedExamples.Count);
    }

    [Fact]
    public async Task The_services_own_requests_are_accepted()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);
        var bodies = Examples("rest").ToDictionary(example => example.Name, example => example.Json);
        var paths = new Dictionary<string, string>
        {
            ["client_secrets.request"] = "realtime/client_secrets",
            ["sessions.request"] = "realtime/sessions",
            ["transcription_sessions.request"] = "realtime/transcription_sessions",
            ["translations.client_secrets.request"] = "realtime/translations/client_secrets",
            ["calls.accept.request"] = $"realtime/calls/{(await emulator.PlaceCallAsync()).CallId}/accept",
            ["calls.reject.request"] = $"realtime/calls/{(await emulator.PlaceCallAsync()).CallId}/reject",
        };

        foreach (var (name, path) in paths)
            ((int)(await caller.PostAsync(path, bodies[name])).Status).Should().Be(200, name);

        (await EntryPoint.Call.SendAsync(emulator, bodies["calls.request.session-part"])).Should().BeNull();
    }

    [Fact]
    public async Task The_guides_form_of_two_texts_makes_a_call_whose_answer_is_plain_text()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var http = new HttpClient();
        using var form = EntryPoints.CallForm("""{"type":"realtime","model":"gpt-realtime"}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{emulator.BaseUrl}/realtime/calls") { Content = form };
        request.Headers.Authorization = new("Bearer", emulator.ApiKey);

        using var response = await http.SendAsync(request).WithTimeout();

        ((int)response.StatusCode).Should().Be(201);
        response.Content.Headers.ContentType!.ToString().Should().Be("text/plain; charset=utf-8");
    }

    [Fact]
    public void The_voice_cannot_change_after_the_first_audio()
    {
        using var driver = new ModelDriver();
        driver.Say("Hello").Send(Respond);

        driver.Send("""{"type":"response.create","response":{"audio":{"output":{"voice":"marin"}}}}""");
        var error = driver.LastError();
        driver.Send("""{"type":"response.create","response":{"audio":{"output":{"voice":"alloy"}}}}""");

        (error["message"]!.ToString(), error["code"]!.ToString(), error["param"]!.ToString()).Should().Be(
            ("Cannot update a conversation's voice if assistant audio is present.", "cannot_update_voice", "response.audio.output.voice"));
        driver.Sent.Count(message => ModelDriver.Type(message) == "response.done").Should().Be(2);
    }

    [Theory]
    [InlineData(false, null)]
    [InlineData(true, "weather")]
    public void Metadata_is_in_response_done_and_on_request_in_response_created(bool shows, string? topic)
    {
        using var driver = new ModelDriver(new() { ShowsMetadataInCreated = shows });

        driver.Say("Hello").Send("""{"type":"response.create","response":{"metadata":{"topic":"weather"}}}""");

        ((string?)driver.Last("response.created")["response"]!["metadata"]?["topic"]).Should().Be(topic);
        ((string?)driver.Last("response.done")["response"]!["metadata"]!["topic"]).Should().Be("weather");
    }

    [Fact]
    public async Task Ids_are_as_long_as_the_services()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var caller = EmulatorCaller.Of(emulator);
        var secret = await caller.PostAsync("realtime/client_secrets");
        var ring = await emulator.PlaceCallAsync();
        using var driver = ModelDriver.With("""{"type":"realtime","tools":[{"type":"function","name":"get_weather"}]}""");
        driver.Say("How is the weather?").Send(Respond);
        var response = driver.Last("response.done")["response"]!;

        string[] ids =
        [
            (string)secret.Json["value"]!, (string)secret.Json["session"]!["id"]!, secret.Headers["x-request-id"], ring.CallId, ring.Webhook.Id,
            (string)response["id"]!, (string)response["conversation_id"]!, (string)response["output"]![0]!["id"]!, (string)response["output"]![0]!["call_id"]!,
        ];

        ids.Select(id => $"{id[..(id.IndexOf('_', StringComparison.Ordinal) + 1)]}{id.Length}")
            .Should().Equal("ek_35", "sess_26", "req_36", "rtc_36", "evt_36", "resp_26", "conv_26", "item_26", "call_21");
    }

    private static IEnumerable<(string Name, string Json)> Examples(string kind)
    {
        var folder = Environment.GetEnvironmentVariable("REALTIME_SDK_WIRE_EXAMPLES");
        Assert.SkipWhen(string.IsNullOrEmpty(folder), "REALTIME_SDK_WIRE_EXAMPLES names no directory of examples.");
        return Directory.GetFiles(Path.Combine(folder!, kind), "*.json").Select(file => (Path.GetFileNameWithoutExtension(file), File.ReadAllText(file)));
    }
}
