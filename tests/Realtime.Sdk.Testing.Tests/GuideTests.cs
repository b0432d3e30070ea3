using System.Globalization;
using System.IO.Pipelines;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using Realtime.Sdk.Tests.Shared;

namespace Realtime.Sdk.Testing.Tests;

/// <summary>
/// The guides in docs: their code stands here or in a sample, and runs. It awaits without <see cref="TestTimeout"/>, as readers will: the timeouts of
/// the client bound it.
/// </summary>
public sealed partial class GuideTests
{
    private const string Emulator = "emulator", Conversations = "conversations", Functions = "functions", Hosting = "hosting", Watchdog = "watchdog", Faq = "faq", Extraction = "extraction", Handoffs = "handoffs", Guardrails = "guardrails";

    private static readonly string Guide = Read(Emulator);

    private static readonly RealtimeSessionConfiguration Order = new()
    {
        Model = "gpt-realtime-2",
        OutputModalities = [OutputModality.Text],
        Tools = [new FunctionTool { Name = "place_order", Parameters = JsonSchema.Parse("""{"type":"object","properties":{"dish":{"type":"string"},"count":{"type":"integer"}}}""") }],
    };

    private interface IWebRtcPeer
    {
        Task<string> AnswerAsync(string offer, EmulatedCallMedia media, CancellationToken cancellationToken);
    }

    private sealed record Guest(string Name);

    [Theory]
    [InlineData(Emulator, 8)]
    [InlineData(Conversations, 4)]
    [InlineData(Functions, 9)]
    [InlineData(Hosting, 7)]
    [InlineData(Watchdog, 0)]
    [InlineData(Faq, 2)]
    [InlineData(Extraction, 3)]
    [InlineData(Handoffs, 4)]
    [InlineData(Guardrails, 3)]
    public void Its_code_is_that_of_this_file_or_of_a_sample(string guide, int minBlocks)
    {
        var sources = Repository.Sources("samples").Concat(Repository.Sources("tests/Realtime.Sdk.Testing.Tests/Guides"))
            .Append(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Testing.Tests/GuideTests.cs"))
            .Select(file => WhiteSpace().Replace(File.ReadAllText(file), " "))
            .ToArray();

        var blocks = CSharp().Matches(Read(guide)).Select(match => WhiteSpace().Replace(match.Groups[1].Value, " ").Trim()).ToArray();

        blocks.Should().HaveCountGreaterThan(minBlocks);
        blocks.Where(block => !sources.Any(source => source.Contains(block, StringComparison.Ordinal))).Should().BeEmpty();
    }

    [Theory]
    [InlineData(typeof(RealtimeEmulatorOptions))]
    [InlineData(typeof(EmulatorModelOptions))]
    [InlineData(typeof(EmulatedWebhookOptions))]
    [InlineData(typeof(EmulatedCallerOptions))]
    public void It_names_every_option(Type options)
    {
        options.GetProperties().Select(property => property.Name).Where(name => !Guide.Contains($"`{name}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(Emulator)]
    [InlineData(Conversations)]
    [InlineData(Functions)]
    [InlineData(Hosting)]
    [InlineData(Watchdog)]
    [InlineData(Faq)]
    [InlineData(Handoffs)]
    [InlineData(Guardrails)]
    public void Its_contents_are_its_headings(string guide)
    {
        var text = Read(guide);
        var headings = Heading().Matches(text).Select(match => match.Groups[1].Value);

        ContentsLink().Matches(text).Select(match => match.Groups[1].Value).Should().Equal(headings);
        ContentsLink().Matches(text).Should().OnlyContain(match => match.Groups[2].Value == Anchor(match.Groups[1].Value));
    }

    [Theory]
    [InlineData(typeof(ConversationUpdate))]
    public void The_guide_to_conversations_names_every_update(Type update)
    {
        update.Assembly.GetExportedTypes().Where(type => type.IsSubclassOf(update)).Select(type => type.Name)
            .Where(name => !Read(Conversations).Contains($"`{name}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Theory]
    [InlineData(typeof(ReplyOptions))]
    public void The_guide_to_conversations_names_every_option(Type options)
    {
        options.GetProperties().Select(property => property.Name).Where(name => !Read(Conversations).Contains($"`{name}`", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Fact]
    public void The_guide_to_functions_names_every_option_and_every_status()
    {
        var options = typeof(AgentFunction).GetProperties().Where(property => property.SetMethod is not null).Select(property => property.Name);

        options.Concat(Enum.GetNames<FunctionCallStatus>()).Where(name => !Read(Functions).Contains($"| `{name}` |", StringComparison.Ordinal)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("Waiter.cs", 60)]
    [InlineData("WaiterByHand.cs", 410)]
    public void The_guide_to_functions_has_both_programs_as_a_whole(string file, int maxLines)
    {
        var program = File.ReadAllText(Path.Combine(Repository.Root, "tests/Realtime.Sdk.Testing.Tests/Guides", file));
        var lines = program.Split('\n').Count(line => !string.IsNullOrWhiteSpace(line));

        Read(Functions).Should().Contain($"```csharp\n{program.TrimEnd()}\n```").And.Contain($"({lines} lines");
        lines.Should().BeLessThanOrEqualTo(maxLines);
    }

    [Fact]
    public async Task An_agent_that_is_adapted_to_its_user()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();
        var waiter = new RealtimeAgent { Name = "waiter", Session = new() { Model = "gpt-realtime-2", OutputModalities = [OutputModality.Text] } };

        waiter = waiter with
        {
            Prepare = (context, cancellationToken) => ValueTask.FromResult(context.Agent.WithInstructions($"Take the order of {context.GetState<Guest>().Name}.")),
        };
        await using var conversation = await client.StartConversationAsync(waiter, new() { State = new Guest("Ada") });

        conversation.Session!.Configuration.Should().BeOfType<RealtimeSessionConfiguration>().Which.Instructions.Should().Be("Take the order of Ada.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_chat_in_text()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soup").Says("Tomatoes, basil and cream.");
        using var client = emulator.CreateClient();
        await using var conversation = await client.StartConversationAsync(new() { Name = "waiter", Session = Order with { Tools = null } });

        var printing = PrintAsync(conversation);
        var turn = await conversation.AskAsync("What is in the soup?");    // turn.Text is the whole answer
        await conversation.EndAsync();
        await printing;

        turn.Text.Should().Be("Tomatoes, basil and cream.");
        emulator.Violations.Should().BeEmpty();

        static async Task PrintAsync(RealtimeConversation conversation)
        {
            await foreach (var update in conversation.ReadUpdatesAsync())
            {
                if (update is TurnUpdate { Turn.Role: TurnRole.Agent } answer)
                    Console.Write(answer.NewText);
                if (update is TurnUpdate { Turn: { Role: TurnRole.Agent, IsComplete: true } })
                    Console.WriteLine();
            }
        }
    }

    [Fact]
    public async Task Push_to_talk()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soups").Says("Two soups.");
        using var client = emulator.CreateClient();
        var waiter = new RealtimeAgent
        {
            Name = "waiter",
            Session = new() { Model = "gpt-realtime-2", OutputModalities = [OutputModality.Text], Audio = new() { Input = new() { TurnDetection = TurnDetection.Disabled } } },
        };
        await using var conversation = await client.StartConversationAsync(waiter);
        var audio = ToneSpeech.Encode("Two soups, please.");

        await conversation.InterruptAsync();             // the key is pressed
        var speech = new Pipe();
        var listening = conversation.ListenAsync(speech.Reader);
        await speech.Writer.WriteAsync(audio);           // while the key is held
        await speech.Writer.CompleteAsync();             // the key is released
        await listening;                                 // the audio was committed
        var reply = conversation.Respond();

        (await reply.Completion).Text.Should().Be("Two soups.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_turn_in_text_and_one_in_speech()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups, in a moment.");

        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync(Order);

        await connection.SendTextAsync("Two soups, please.");
        await connection.CreateResponseAsync();
        var written = await AnswerAsync(connection);

        await connection.AppendAudioAsync(ToneSpeech.Encode("Two soups more, please."));
        await connection.AppendAudioAsync(new byte[48_000]);    // a second of silence ends the turn
        var spoken = await AnswerAsync(connection);

        written.Should().Be("Two soups, in a moment.");
        spoken.Should().Be("Two soups, in a moment.");
        emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_day_in_the_future()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { ServiceDate = new(2027, 3, 1) });
        using var client = emulator.CreateClient();

        var connecting = () => client.ConnectAsync("gpt-realtime");    // shut down on January 20, 2027

        (await connecting.Awaiting(connect => connect().WithTimeout()).Should().ThrowAsync<RealtimeApiException>()).Which.Error!.Code.Should().Be("model_not_found");
    }

    [Fact]
    public async Task Rules()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();

        emulator.Model.When("soups").Calls("place_order", """{"dish":"soup","count":2}""").Says("Two soups. They will be with you in a moment.");
        emulator.Model.Hears("Two soups, please.", "Thank you.");
        emulator.Model.AddMcpServer(new() { Label = "docs", Tools = [new() { Name = "search", Call = arguments => "page 3" }] });

        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync(Order);
        await connection.AppendAudioAsync(Sounds.Turn());
        (await AnswerAsync(connection)).Should().StartWith("Two soups.");
    }

    [Fact]
    public async Task A_request_that_fails_once()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();

        emulator.RespondNext(429, """{"error":{"message":"Slow down.","code":"rate_limit_exceeded"}}""", new Dictionary<string, string> { ["Retry-After"] = "0" });

        (await client.CreateClientSecretAsync(Order)).Value.Should().StartWith("ek_");
        emulator.Requests.Should().HaveCount(2);
    }

    [Fact]
    public async Task An_offer_is_answered_by_the_test()
    {
        var peer = new FakePeer();
        await using var emulator = await RealtimeEmulator.StartAsync();
        using var client = emulator.CreateClient();

        emulator.OnOffer(async (offer, cancellationToken) =>
        {
            // A WebRTC stack of yours: it feeds offer.Media.AppendInput, and plays what offer.Media.ReadOutputAsync gives.
            return await peer.AnswerAsync(offer.Sdp, offer.Media, cancellationToken);
        });

        var answer = await client.Calls.CreateAsync(Offers.Browser, Order);
        answer.Sdp.Should().Be("v=0\r\n");
        peer.Media!.Call.Id.Should().Be(answer.CallId);
    }

    [Fact]
    public async Task A_sideband_of_a_call_without_media()
    {
        await using var emulator = await RealtimeEmulator.StartAsync(new() { AnswersWithoutMedia = true });
        using var client = emulator.CreateClient();

        var call = await client.Calls.CreateAsync(Offers.Browser, Order);
        await using var sideband = await client.ConnectAsync(new RealtimeConnectOptions { CallId = call.CallId });

        await sideband.SendTextAsync("Anything new?");
        await sideband.CreateResponseAsync();
        (await AnswerAsync(sideband)).Should().Contain("Anything new?");
    }

    [Fact]
    public async Task A_call_without_a_webhook_endpoint()
    {
        await using var emulator = await RealtimeEmulator.StartAsync();
        var handled = new List<IncomingCallWebhook>();
        Task HandleAsync(IncomingCallWebhook webhook)
        {
            handled.Add(webhook);
            return Task.CompletedTask;
        }

        var caller = await emulator.PlaceCallAsync(new() { From = "+14155550777" });
        await HandleAsync(caller.Webhook);

        handled.Single().Data.SipHeaderValues("From").Single().Should().Contain("+14155550777");
    }

    [Fact]
    public void Words_in_tones()
    {
        var audio = ToneSpeech.Encode("Two soups, please.", SampleFormat.Pcm(24_000));
        var text = ToneSpeech.DecodeText(audio, SampleFormat.Pcm(24_000));

        text.Should().Be("Two soups, please.");
    }

    [Fact]
    public async Task A_clock_of_the_test()
    {
        var clock = new FakeTimeProvider();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = clock });
        using var client = emulator.CreateClient();

        var secret = await client.CreateClientSecretAsync(Order);
        clock.Advance(TimeSpan.FromMinutes(11));    // a client secret opens sessions for ten

        using var late = emulator.CreateClient(options => options.ApiKey = secret.Value);
        var connecting = () => late.ConnectAsync("gpt-realtime-2");
        (await connecting.Awaiting(connect => connect().WithTimeout()).Should().ThrowAsync<RealtimeApiException>()).Which.Message.Should().Contain("expired");
    }

    [Fact]
    public async Task Virtual_time()
    {
        var time = new VirtualTime();
        await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time, Model = new() { Pace = EmulatorPace.Speech } });
        emulator.Model.When("soups").Says("Two soups, in a moment.");

        using var client = emulator.CreateClient();
        await using var connection = await client.ConnectAsync(Order);
        await connection.SendTextAsync("Two soups, please.");
        await connection.CreateResponseAsync();

        var answering = AnswerAsync(connection);
        var answer = await time.RunUntilAsync(answering);    // from here on, time does not pass

        answer.Should().Be("Two soups, in a moment.");
        time.Elapsed.Should().BePositive().And.BeLessThan(TimeSpan.FromMinutes(1));
    }

    private static async Task<string> AnswerAsync(RealtimeConnection connection)
    {
        using var limit = new CancellationTokenSource(TestTimeout.Limit);
        await foreach (var received in connection.ReadEventsAsync(limit.Token))
        {
            if (received is not ResponseDoneEvent { Response: { } response })
                continue;
            if (response.GetFunctionCalls() is not [var call, ..])
                return response.GetOutputText();
            await connection.SendToolOutputAsync(call.CallId!, "ordered");
            await connection.CreateResponseAsync();
        }
        throw new InvalidOperationException("The session ended.");
    }

    private static string Anchor(string heading) => NoAnchor().Replace(heading.ToLower(CultureInfo.InvariantCulture), "").Replace(' ', '-');

    private static string Read(string guide) => File.ReadAllText(Path.Combine(Repository.Root, $"docs/{guide}.md"));

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex CSharp();

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();

    [GeneratedRegex("^## (.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NoAnchor();

    [GeneratedRegex(@"\[([^\]]+)\]\(#([^)]+)\)")]
    private static partial Regex ContentsLink();

    private sealed class FakePeer : IWebRtcPeer
    {
        public EmulatedCallMedia? Media { get; private set; }

        public Task<string> AnswerAsync(string offer, EmulatedCallMedia media, CancellationToken cancellationToken)
        {
            Media = media;
            return Task.FromResult("v=0\r\n");
        }
    }
}
