using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace Realtime.Sdk.Extensions.AI.Tests;

/// <summary>The middleware of Microsoft.Extensions.AI works over this SDK.</summary>
public sealed class MiddlewareTests
{
    private static readonly RealtimeSessionOptions Text = new() { OutputModalities = ["text"] };

    [Fact]
    public async Task Function_invocation_runs_the_function_and_the_model_answers()
    {
        var weather = AIFunctionFactory.Create((string city) => $"19 degrees in {city}", "get_weather", "The weather in a city.");
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"], Tools = [weather] }, Invoking);

        await talk.AskAsync("How is the weather in Paris?");
        var answer = (ResponseCreatedRealtimeServerMessage)(await talk.UntilAsync(RealtimeServerMessageType.ResponseDone))[^1];

        answer.Items!.Single().Contents.OfType<TextContent>().Single().Text.Should().Be("get_weather says: 19 degrees in Paris", "a text has no quotes");
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task Two_calls_of_one_response_lead_to_one_further_response()
    {
        var weather = AIFunctionFactory.Create((string city) => $"19 degrees in {city}", "get_weather", "The weather in a city.");
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"], Tools = [weather] }, Invoking, arrange: emulator =>
            emulator.Model.When("compare").Calls("get_weather", """{"city":"Paris"}""").Calls("get_weather", """{"city":"Oslo"}""").Says("Both are fine."));

        await talk.AskAsync("Please compare.");
        var answer = (ResponseCreatedRealtimeServerMessage)(await talk.UntilAsync(RealtimeServerMessageType.ResponseDone))[^1];

        answer.Items!.Single().Contents.OfType<TextContent>().Single().Text.Should().Be("Both are fine.");
        talk.Emulator.Sessions[0].Received.Count(message => message.Type == "response.create").Should().Be(2, "one by the app, and one for both outputs");
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Fact]
    public async Task A_function_call_that_was_cut_off_is_not_invoked()
    {
        var calls = 0;
        var weather = AIFunctionFactory.Create((string? city = null) => ++calls, "get_weather");
        await using var talk = await Talk.StartAsync(new() { Tools = [weather] }, Invoking, arrange: emulator => emulator.OnConnect(async session =>
        {
            await session.SendSessionCreatedAsync();
            await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
            var call = new FunctionCallItem { Id = "i", CallId = "c", Name = "get_weather", Arguments = "{}", Status = ItemStatus.Incomplete };
            await session.SendAsync(new ResponseOutputItemDoneEvent { ResponseId = "r", Item = call });
            await session.SendAsync(new ConversationItemDoneEvent { Item = call with { Status = ItemStatus.Completed } });
            await session.CloseAsync();
        }));

        await talk.ReadToEndAsync();

        calls.Should().Be(0);
        talk.Emulator.Sessions[0].Received.Should().ContainSingle("nothing follows the update of the session");
    }

    [Fact]
    public async Task A_declaration_leaves_the_call_to_the_app()
    {
        var order = AgentFunction.Create("place_order", "Places an order.", (call, cancellationToken) => Task.FromResult("never")).AsAIFunctionDeclaration();
        await using var talk = await Talk.StartAsync(new() { OutputModalities = ["text"], Tools = [order] }, Invoking);

        await talk.SayTextAsync("I place an order.");
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        var messages = await talk.ReadToEndAsync();
        talk.ReadAgain();
        var call = messages.OfType<ResponseOutputItemRealtimeServerMessage>().Where(message => message.Type == RealtimeServerMessageType.ResponseOutputItemDone)
            .SelectMany(message => message.Item!.Contents).OfType<FunctionCallContent>().Single();
        await talk.SendAsync(new CreateConversationItemRealtimeClientMessage(new([new FunctionResultContent(call.CallId, "Placed.")])));
        await talk.SendAsync(new CreateResponseRealtimeClientMessage());
        await talk.UntilAsync(RealtimeServerMessageType.ResponseDone);
        var answer = (ResponseCreatedRealtimeServerMessage)(await talk.UntilAsync(RealtimeServerMessageType.ResponseDone))[^1];

        answer.Items!.Single().Contents.OfType<TextContent>().Single().Text.Should().Be("place_order says: Placed.");
        talk.Emulator.Violations.Should().BeEmpty();
    }

    [Theory]
    [InlineData(LogLevel.Debug)]
    [InlineData(LogLevel.Trace)]
    public async Task Logging_logs_each_message_and_never_the_key(LogLevel level)
    {
        var logger = new FakeLogger();
        logger.ControlLevel(LogLevel.Trace, level == LogLevel.Trace);
        await using var talk = await Talk.StartAsync(Text, client => new LoggingRealtimeClient(client, logger));

        var messages = await talk.AskAsync("Good morning");

        messages.OfType<ErrorRealtimeServerMessage>().Should().BeEmpty();
        var log = logger.Collector.GetSnapshot().Select(entry => $"{entry.Message} {entry.Exception}").ToArray();
        log.Length.Should().BeGreaterThan(messages.Count);
        log.Should().NotContain(entry => entry.Contains(talk.Emulator.ApiKey, StringComparison.Ordinal));
        if (level == LogLevel.Trace)
            log.Should().Contain(entry => entry.Contains("You said: Good morning", StringComparison.Ordinal));
        else
            log.Should().NotContain(entry => entry.Contains("Good morning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Telemetry_has_the_model_the_usage_and_the_response()
    {
        var source = Guid.NewGuid().ToString("N");
        var spans = new List<Activity>();
        using var listener = new ActivityListener { ShouldListenTo = given => given.Name == source, Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded, ActivityStopped = spans.Add };
        ActivitySource.AddActivityListener(listener);
        var done = new List<RealtimeServerMessage>();
        await using (var talk = await Talk.StartAsync(Text, client => client.AsBuilder().UseOpenTelemetry(sourceName: source).Build()))
            done.AddRange(await talk.AskAsync("Good morning"));

        var tags = spans.SelectMany(span => span.TagObjects).Where(tag => tag.Value is not null).Select(tag => $"{tag.Key}={tag.Value}").ToArray();

        var response = (ResponseCreatedRealtimeServerMessage)done[^1];
        tags.Should().Contain(["gen_ai.provider.name=openai", "gen_ai.request.model=gpt-realtime", $"gen_ai.response.id={response.ResponseId}"])
            .And.Contain([$"gen_ai.usage.input_tokens={response.Usage!.InputTokenCount}", $"gen_ai.usage.output_tokens={response.Usage.OutputTokenCount}"]);
        tags.Should().NotContain(tag => tag.Contains("Good morning", StringComparison.Ordinal));
    }

    [Fact]
    public async Task All_middleware_together_passes_on_the_client_and_the_connection()
    {
        await using var talk = await Talk.StartAsync(Text, client => client.AsBuilder().UseFunctionInvocation().UseOpenTelemetry().Use(inner => new LoggingRealtimeClient(inner, new FakeLogger())).Build());

        await talk.AskAsync("Good morning");

        talk.Client.GetService<RealtimeClient>().Should().NotBeNull();
        talk.Session.GetService<RealtimeConnection>()!.IsOpen.Should().BeTrue();
        talk.Emulator.Violations.Should().BeEmpty();
    }

    private static IRealtimeClient Invoking(IRealtimeClient client) => client.AsBuilder().UseFunctionInvocation().Build();
}
