using System.Diagnostics;

namespace Realtime.Sdk.Testing.Tests.Conversations;

public sealed class TelemetryTests
{
    private const string Model = "gpt-realtime-2.1";

    private static readonly string[] Soups = ["We have three soups today and all of them are very good and very hot.", "All right."];

    [Fact]
    public async Task A_turn_of_the_agent_is_a_span_and_each_of_its_responses_one_below_it()
    {
        using var watch = new TelemetryWatch("tree");
        using var call = new Activity("call").Start();
        var time = new VirtualTime();
        await using var emulator = await StartAsync(time);

        string id;
        await using (var caller = await emulator.StartCallerAsync(Waiter("tree")))
        {
            id = caller.Conversation.Session!.Id;
            call.Stop();
            await TalkAsync(emulator, caller, time);
        }
        foreach (var s in watch.Turns.Concat(watch.Responses)) TestContext.Current.TestOutputHelper!.WriteLine($"{s.DisplayName} {s.StartTimeUtc:o} {s.Duration} {s.Status} " + string.Join(", ", s.TagObjects.Select(t => $"{t.Key}={(t.Value is string[] a ? string.Join("|", a) : t.Value)}")));
        foreach (var m in watch.Measured) TestContext.Current.TestOutputHelper!.WriteLine($"{m.Name} {m.Value} " + string.Join(", ", m.Tags.Select(t => $"{t.Key}={t.Value}")));
        Assert.Fail(id);
    }

    /// <summary>A dialog with an interruption, a response that fails, and one out of band.</summary>
    private static async Task TalkAsync(RealtimeEmulator emulator, RealtimeCaller caller, VirtualTime time)
    {
        await caller.SayAsync("Which soups do you have?");
        await caller.InterruptAsync(TimeSpan.FromSeconds(1), "Please stop!");
        await caller.HearAsync();
        await time.RunUntilAsync(caller.Conversation.Respond(new() { Response = new() { Conversation = ResponseConversation.None, OutputModalities = [OutputModality.Text] } }).Completion).WithTimeout();
        await FailAsync(emulator);
        await time.AdvanceAsync(TimeSpan.FromSeconds(1)).WithTimeout();
    }

    private static async Task FailAsync(RealtimeEmulator emulator)
    {
        var response = new RealtimeResponse { Id = "resp_failed", ConversationId = "conv_1", Status = ResponseStatus.InProgress };
        var error = new ResponseError { Type = "server_error", Code = "server_error" };
        await emulator.Sessions[0].SendAsync(new ResponseCreatedEvent { Response = response });
        await emulator.Sessions[0].SendAsync(new ResponseDoneEvent { Response = response with { Status = ResponseStatus.Failed, StatusDetails = new() { Error = error } } });
    }

    private static async Task<RealtimeEmulator> StartAsync(VirtualTime time)
    {
        var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time, Model = new() { Pace = EmulatorPace.Service } });
        emulator.Model.When("soups").Says(Soups[0]);
        emulator.Model.When("stop").Says(Soups[1]);
        return emulator;
    }

    private static RealtimeAgent Waiter(string name) => new()
    {
        Name = name,
        Session = new()
        {
            Model = Model,
            Instructions = "Take the order.",
            Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } } },
        },
    };
}
