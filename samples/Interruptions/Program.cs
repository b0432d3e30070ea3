using Realtime.Sdk;
using Realtime.Sdk.Testing;

// With a simulated person and a virtual clock, this conversation of ten seconds takes a fraction of a second.
var time = new VirtualTime();
await using var emulator = await RealtimeEmulator.StartAsync(new() { TimeProvider = time, Model = new() { Pace = EmulatorPace.Service } });
emulator.Model.When("soups").Says("Today we have a tomato soup, a carrot soup and a fish soup, which comes with bread and butter.");
emulator.Model.When("wait").Says("Of course, take your time.");

var waiter = new RealtimeAgent
{
    Name = "waiter",
    Session = new()
    {
        Model = "gpt-realtime-2.1",
        Instructions = "You are a waiter.",
        Audio = new() { Input = new() { Transcription = new TranscriptionConfiguration { Model = "gpt-live-transcribe" } } },
    },
};
await using var caller = await emulator.StartCallerAsync(waiter);

await caller.SayAsync("Which soups do you have?");
var heard = await caller.InterruptAsync(after: TimeSpan.FromSeconds(2), "Wait a moment, please.");
Console.WriteLine($"The guest heard {heard.Duration.TotalSeconds:0.0} seconds, and these words: {heard.Text}");
await caller.HearAsync();

// The turns of the conversation. The server keeps only what was heard, so the model does not assume that the guest knows the rest.
foreach (var turn in caller.Conversation.Turns)
{
    Console.WriteLine($"{turn.Role}{(turn.WasInterrupted ? ", interrupted" : "")}");
    Console.WriteLine($"  said:  {turn.Text}");
    Console.WriteLine($"  heard: {turn.HeardText}{(turn.IsHeardTextEstimated ? " (estimated)" : "")}");
}

// A reply is generated first and heard later. This one cannot be interrupted.
var reply = caller.Conversation.Respond(new() { Instructions = "Say that the kitchen closes in ten minutes.", AllowInterruptions = false });
await caller.SayAsync("Hello?");
await caller.HearAsync();
var (result, whole) = (await reply.Completion, await reply.Heard);
Console.WriteLine($"\nReply: {result.Status}, {result.Usage.TotalTokens} tokens, heard {whole.Duration.TotalSeconds:0.0} seconds, interrupted: {whole.WasInterrupted}");

// The conversation ends when its last reply was heard. Virtual time moves only while a method of the caller or of the clock waits.
await time.RunUntilAsync(caller.Conversation.EndAsync("Say goodbye."));
var end = await caller.Conversation.Completion;
Console.WriteLine($"The conversation has ended: {end.Reason}. It lasted {time.Elapsed.TotalSeconds:0} seconds.");
