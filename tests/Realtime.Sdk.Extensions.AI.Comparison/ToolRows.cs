using System.Diagnostics;

namespace Realtime.Sdk.Extensions.AI.Comparison;

/// <summary>Functions, invoked by the middleware of Microsoft.Extensions.AI.</summary>
internal static class ToolRows
{
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(500);

    public static Row[] All { get; } =
    [
        new("the text that a function returns, as the model reads it", async candidate =>
        {
            var output = await OutputAsync(candidate, () => "19 degrees");
            return new(output == "19 degrees" ? 1 : 0, $"`{output}`");
        }),
        new("an object that a function returns, as the model reads it", async candidate =>
        {
            var output = await OutputAsync(candidate, () => new { City = "Malmö", Degrees = 19 });
            return new(-output.Length, $"{output.Length} characters of JSON");
        }),
        new("responses that follow two calls of one response", async candidate =>
        {
            var (requests, _) = await CompareAsync(candidate);
            return new(-Math.Abs(requests - 1), $"{requests}");
        }),
        new("requests of these that the server refuses", async candidate =>
        {
            var (_, refusals) = await CompareAsync(candidate);
            return new(-refusals, $"{refusals}");
        }),
        new("a function call that an interruption has cut off does not run", async candidate =>
        {
            var runs = 0;
            await using var visit = await candidate.VisitAsync(
                new() { Tools = [AIFunctionFactory.Create((string? city = null) => ++runs, "get_weather")] },
                async session =>
                {
                    await session.SendSessionCreatedAsync();
                    await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
                    var call = new FunctionCallItem { Id = "i", CallId = "c", Name = "get_weather", Arguments = "{}", Status = ItemStatus.Incomplete };
                    await session.SendAsync(new ResponseOutputItemDoneEvent { EventId = "e1", ResponseId = "r", Item = call });
                    await session.SendAsync(new InputAudioBufferClearedEvent { EventId = "e2" });
                    await session.CloseAsync();
                },
                invokesFunctions: true);
            await visit.ReadToEndAsync().ContinueWith(_ => { }, TaskScheduler.Default);
            return Result.Of(runs == 0);
        }),
        new("events during a slow function, with the platform's function invocation", async candidate =>
        {
            await using var visit = await candidate.VisitAsync(
                new() { Tools = [AIFunctionFactory.Create(async () => await Task.Delay(Slow), "get_weather")] },
                async session =>
                {
                    await session.SendSessionCreatedAsync();
                    await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
                    await session.SendAsync(new ResponseOutputItemDoneEvent
                    {
                        EventId = "e1", ResponseId = "r", Item = new FunctionCallItem { Id = "i", CallId = "c", Name = "get_weather", Arguments = "{}", Status = ItemStatus.Completed },
                    });
                    await session.SendAsync(new ErrorEvent { EventId = "e2", Error = new() { Type = "server_error", Message = "next" } });
                    await session.SkipToAsync<ResponseCreateEvent>();
                },
                invokesFunctions: true);
            await visit.UntilAsync(RealtimeServerMessageType.ResponseOutputItemDone);
            var clock = Stopwatch.StartNew();
            await visit.UntilAsync(RealtimeServerMessageType.Error);
            return Result.Of(clock.Elapsed < Slow / 2, "continue", "wait for it");
        }),
        new("events during a slow function, in a conversation (`AsAgentFunction`)", async candidate =>
        {
            if (candidate == Candidate.Official)
                return new(0, "not available");
            await using var emulator = await RealtimeEmulator.StartAsync();
            emulator.Model.When("").Calls("get_weather", "{}").Says("Sunny.");
            using var client = emulator.CreateClient();
            var started = new TaskCompletionSource();
            var ends = new TaskCompletionSource();
            var function = AIFunctionFactory.Create(async () =>
            {
                started.SetResult();
                await ends.Task;
            }, "get_weather");
            var agent = new RealtimeAgent { Name = "forecaster", Session = new() { Model = "gpt-realtime", OutputModalities = [OutputModality.Text] }, Functions = [function.AsAgentFunction()] };
            await using var conversation = await client.StartConversationAsync(agent);
            var asked = conversation.AskAsync("How is the weather?");
            await started.Task.WaitAsync(Visit.Limit);
            // The function ends only after another answer, so this answer proves that events are read meanwhile.
            var other = await conversation.Respond(new() { Response = new() { Instructions = "Say hello.", ToolChoice = ToolChoice.None } }).Completion.WaitAsync(Visit.Limit);
            ends.SetResult();
            await asked.WaitAsync(Visit.Limit);
            return Result.Of(other.Status == ReplyStatus.Completed, "continue", "wait for it");
        }),
    ];

    /// <summary>Returns the output that the server receives for a function.</summary>
    private static async Task<string> OutputAsync(Candidate candidate, Delegate function)
    {
        await using var visit = await candidate.VisitAsync(
            new() { OutputModalities = ["text"], Tools = [AIFunctionFactory.Create(function, "get_weather", "The weather.")] }, invokesFunctions: true);
        await visit.AskAsync("How is the weather?");
        var output = await visit.Server.WhenReceivedAsync<ConversationItemCreateEvent>(create => create.Item is FunctionCallOutputItem).WaitAsync(Visit.Limit);
        return ((FunctionCallOutputItem)output.Item).Output;
    }

    /// <summary>Returns how many responses are requested for the outputs of two calls of one response, and how many of these requests the server refuses.</summary>
    private static async Task<(int Requests, int Refusals)> CompareAsync(Candidate candidate)
    {
        var done = new TaskCompletionSource<(int, int)>();
        await using var visit = await candidate.VisitAsync(
            new() { Tools = [AIFunctionFactory.Create((string city) => $"19 degrees in {city}", "get_weather", "The weather in a city.")] },
            session => ServeTwoCallsAsync(session, done), invokesFunctions: true);
        await visit.Session.SendAsync(new CreateResponseRealtimeClientMessage()).WaitAsync(Visit.Limit);
        var reading = visit.ReadToEndAsync();
        var counts = await done.Task.WaitAsync(Visit.Limit);
        await reading.ContinueWith(_ => { }, TaskScheduler.Default).WaitAsync(Visit.Limit);
        return counts;
    }

    /// <summary>A server that ends the response with the calls when it has got both outputs, and refuses requests until then, as the service does.</summary>
    private static async Task ServeTwoCallsAsync(EmulatorSession session, TaskCompletionSource<(int, int)> done)
    {
        await session.SendSessionCreatedAsync();
        await session.AnswerUpdateAsync(await session.ExpectAsync<SessionUpdateEvent>());
        await session.SkipToAsync<ResponseCreateEvent>();
        await session.SendAsync(new ResponseCreatedEvent { EventId = "e1", Response = new() { Object = "realtime.response", Id = "r1", ConversationId = "c", Status = ResponseStatus.InProgress, Output = [] } });
        foreach (var city in new[] { "Paris", "Oslo" })
        {
            var call = new FunctionCallItem { Id = $"item_{city}", CallId = $"call_{city}", Name = "get_weather", Arguments = $$"""{"city":"{{city}}"}""", Status = ItemStatus.Completed };
            await session.SendAsync(new ResponseOutputItemDoneEvent { EventId = $"e_{city}", ResponseId = "r1", Item = call });
        }
        var (requests, refusals, outputs) = (0, 0, 0);
        while (outputs < 2 || requests < (refusals > 0 ? 2 : 1))
        {
            switch ((await session.NextAsync()).Event)
            {
                case ConversationItemCreateEvent:
                    if (++outputs == 2)
                        await session.SendAsync(new ResponseDoneEvent { EventId = "e3", Response = new() { Object = "realtime.response", Id = "r1", ConversationId = "c", Status = ResponseStatus.Completed, Output = [] } });
                    break;
                case ResponseCreateEvent:
                    requests++;
                    if (outputs < 2)
                        refusals++;
                    break;
            }
        }
        await session.CloseAsync();
        done.SetResult((requests, refusals));
    }
}
