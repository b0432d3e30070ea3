using System.Globalization;
using System.Text.Json.Nodes;

namespace Realtime.Sdk.Testing.Tests.Rules;

/// <summary>Sends every wrong and every right value to every entry point that takes it.</summary>
public sealed class WordTests
{
    [Theory]
    [InlineData(EntryPoint.Update)]
    [InlineData(EntryPoint.Secret)]
    [InlineData(EntryPoint.Call)]
    [InlineData(EntryPoint.Accept)]
    [InlineData(EntryPoint.Response)]
    [InlineData(EntryPoint.Item)]
    [InlineData(EntryPoint.Input)]
    public async Task Every_wrong_word_is_refused_in_the_services_words(EntryPoint entryPoint)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        var (expected, actual) = (new List<string>(), new List<string>());

        foreach (var wrong in Wrong(entryPoint))
        {
            var param = entryPoint.Param(wrong.Param);
            expected.Add($"{wrong.Members}: {param}, {wrong.Code}: {string.Format(CultureInfo.InvariantCulture, wrong.Message, param)}");
            actual.Add($"{wrong.Members}: {Describe(await entryPoint.SendAsync(emulator, wrong.Members).WithTimeout())}");
        }

        actual.Should().Equal(expected);
    }

    [Fact]
    public async Task Every_wrong_event_is_refused_in_the_services_words()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        var (expected, actual) = (new List<string>(), new List<string>());

        foreach (var wrong in WrongWords.Events)
        {
            expected.Add($"{wrong.Members}: {wrong.Param}, {wrong.Code}: {string.Format(CultureInfo.InvariantCulture, wrong.Message, wrong.Param)}");
            actual.Add($"{wrong.Members}: {Describe(await EntryPoints.SendEventAsync(emulator, wrong.Members).WithTimeout())}");
        }

        actual.Should().Equal(expected);
    }

    [Theory]
    [InlineData(EntryPoint.Update)]
    [InlineData(EntryPoint.Secret)]
    [InlineData(EntryPoint.Call)]
    [InlineData(EntryPoint.Accept)]
    [InlineData(EntryPoint.Response)]
    [InlineData(EntryPoint.Item)]
    [InlineData(EntryPoint.Input)]
    public async Task Every_right_word_is_accepted(EntryPoint entryPoint)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        var refused = new List<string>();

        foreach (var right in Right(entryPoint))
        {
            if (await entryPoint.SendAsync(emulator, right).WithTimeout() is { } error)
                refused.Add($"{right}: {Describe(error)}");
        }

        refused.Should().BeEmpty();
    }

    [Theory]
    [InlineData(EntryPoint.Update)]
    [InlineData(EntryPoint.Secret)]
    [InlineData(EntryPoint.Call)]
    [InlineData(EntryPoint.Accept)]
    [InlineData(EntryPoint.Response)]
    [InlineData(EntryPoint.Item)]
    [InlineData(EntryPoint.Input)]
    public async Task On_request_only_values_that_may_be_newer_are_accepted(EntryPoint entryPoint)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AcceptsUnknownValues = true, AnswersWithoutMedia = true });
        var otherwise = new List<string>();

        foreach (var wrong in Wrong(entryPoint))
        {
            // The model of a running session cannot change, whatever its name.
            var isAccepted = wrong.IsNewer || (wrong.Code == "model_not_found" && entryPoint != EntryPoint.Update);
            if (await entryPoint.SendAsync(emulator, wrong.Members).WithTimeout() is null != isAccepted)
                otherwise.Add(wrong.Members);
        }

        otherwise.Should().BeEmpty();
    }

    [Fact]
    public async Task Every_model_opens_a_session()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        var greetings = new List<string?>();

        foreach (var model in RightWords.Models)
        {
            using var caller = await SocketCaller.ConnectAsync(emulator, $"realtime?model={model}");
            greetings.Add((string?)(await caller.ReceiveAsync())["session"]!["model"]);
        }

        greetings.Should().Equal(RightWords.Models);
    }

    [Fact]
    public async Task A_model_that_is_newer_opens_a_session_on_request()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AcceptsUnknownValues = true, AnswersWithoutMedia = true });
        using var caller = await SocketCaller.ConnectAsync(emulator, "realtime?model=gpt-realtime-9");

        var created = await caller.ReceiveAsync();

        ((string)created["session"]!["model"]!).Should().Be("gpt-realtime-9");
    }

    [Fact]
    public async Task One_wrong_tool_refuses_the_whole_session()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        await caller.ReceiveAsync();

        await caller.SendAsync("""{"type":"session.update","session":{"type":"realtime","instructions":"Be brief.","tools":[{"type":"function","name":"get weather"}]}}""");
        await caller.ReceiveAsync();
        await caller.SendAsync("""{"type":"session.update","session":{"type":"realtime"}}""");

        var session = (await caller.ReceiveAsync())["session"]!;
        ((string)session["instructions"]!).Should().NotBe("Be brief.");
        session["tools"]!.AsArray().Should().BeEmpty();
    }

    [Theory]
    [InlineData("gpt-live-transcribe")]
    [InlineData("gpt-realtime-whisper")]
    public async Task A_model_without_turn_detection_refuses_it(string model)
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var caller = EmulatorCaller.Of(emulator);
        string Session(string turns) =>
            $$"""{"session":{"type":"transcription","audio":{"input":{"transcription":{"model":"{{model}}"},"turn_detection":{{turns}} } } } }""";

        var refused = await caller.PostAsync("realtime/client_secrets", Session("""{"type":"server_vad"}"""));
        var standard = await caller.PostAsync("realtime/client_secrets", Session("null").Replace(""","turn_detection":null""", "", StringComparison.Ordinal));
        var accepted = await caller.PostAsync("realtime/client_secrets", Session("null"));

        ((string)refused.Json["error"]!["message"]!).Should().Be("Turn detection is not supported for this transcription model.");
        refused.ErrorParam.Should().Be("session.audio.input.turn_detection");
        standard.ErrorParam.Should().Be("session.audio.input.turn_detection", "turn detection is on unless it is turned off");
        ((int)accepted.Status).Should().Be(200);
    }

    [Fact]
    public async Task Empty_instructions_show_the_default_text()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var caller = await SocketCaller.ConnectAsync(emulator);
        var standard = (string)(await caller.ReceiveAsync())["session"]!["instructions"]!;

        await caller.SendAsync("""{"type":"session.update","session":{"type":"realtime","instructions":"Be brief."}}""");
        await caller.ReceiveAsync();
        await caller.SendAsync("""{"type":"session.update","session":{"type":"realtime","instructions":""}}""");

        ((string)(await caller.ReceiveAsync())["session"]!["instructions"]!).Should().Be(standard).And.NotBeEmpty();
    }

    private static IEnumerable<WrongWord> Wrong(EntryPoint entryPoint) => entryPoint switch
    {
        EntryPoint.Response => [.. WrongWords.Shared, .. WrongWords.Responses],
        EntryPoint.Item or EntryPoint.Input => WrongWords.InItems,
        _ => [.. WrongWords.Shared, .. WrongWords.Sessions],
    };

    private static IEnumerable<string> Right(EntryPoint entryPoint) => entryPoint switch
    {
        EntryPoint.Response => [.. RightWords.Shared, .. RightWords.Responses],
        EntryPoint.Item or EntryPoint.Input => RightWords.InItems,
        EntryPoint.Update => [.. RightWords.Shared, .. RightWords.Sessions],
        _ => [.. RightWords.Shared, .. RightWords.Sessions, .. RightWords.Models.Select(model => $$"""{"model":"{{model}}"}""")],
    };

    private static string Describe(JsonNode? error) => error is null ? "accepted" : $"{error["param"]}, {error["code"]}: {error["message"]}";
}
