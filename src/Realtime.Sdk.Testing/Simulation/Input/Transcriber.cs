using System.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>Sends the transcripts of the user's audio, if the session requests transcription.</summary>
internal sealed class Transcriber(SimulationContext context)
{
    private const string Prefix = "conversation.item.input_audio_transcription.";
    private const double Certain = -0.01;

    private static readonly string[] BilledByDuration = ["whisper-1", "gpt-transcribe", "gpt-live-transcribe", "gpt-realtime-whisper"];

    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(200), PerWord = TimeSpan.FromMilliseconds(20);

    /// <summary>Transcribes the audio of an item, concurrently with responses.</summary>
    public void Transcribe(SimulatedItem item)
    {
        if (context.Input.Object("transcription") is { } settings && item.Heard is { } text)
            context.Scheduler.RunSteps(GetSteps(item, text, settings.Text("model") ?? "whisper-1"));
    }

    private IEnumerable<TimeSpan> GetSteps(SimulatedItem item, string text, string model)
    {
        yield return context.ApplyPace(Delay);
        if (text.Length == 0)
        {
            SendFailure(item);
            yield break;
        }
        foreach (var piece in model == "whisper-1" ? [text] : Speech.Words(text))
        {
            context.Events.Send($"{Prefix}delta", [("item_id", item.Id), ("content_index", 0), ("delta", piece), .. LogProbabilities(piece)]);
            yield return context.ApplyPace(PerWord);
        }
        if (model == "gpt-4o-transcribe-diarize")
            SendSegment(item, text);
        if (item.Json.Elements("content").FirstOrDefault() is JsonObject part)
            part["transcript"] = text;
        context.Events.Send(
            $"{Prefix}completed",
            [("item_id", item.Id), ("content_index", 0), ("transcript", text), .. LogProbabilities(text), ("usage", CreateUsage(item, text, model))]);
    }

    private void SendFailure(SimulatedItem item) => context.Events.Send(
        $"{Prefix}failed",
        ("item_id", item.Id), ("content_index", 0), ("error", new JsonObject
        {
            ["type"] = "transcription_error",
            ["code"] = "audio_unintelligible",
            ["message"] = "The audio could not be transcribed.",
            ["param"] = null,
        }));

    private void SendSegment(SimulatedItem item, string text) => context.Events.Send(
        $"{Prefix}segment",
        ("item_id", item.Id), ("content_index", 0), ("text", text), ("id", context.Ids.Next("seg_")), ("speaker", "A"), ("start", 0.0), ("end", item.AudioLength.TotalSeconds));

    /// <summary>Returns the member <c>logprobs</c> if the session includes it.</summary>
    private (string, JsonNode?)[] LogProbabilities(string text)
    {
        if (!context.Session.Elements("include").Any(name => name.AsText() == "item.input_audio_transcription.logprobs"))
            return [];
        var tokens = new JsonArray();
        foreach (var word in Speech.Words(text))
        {
            var bytes = new JsonArray([.. Encoding.UTF8.GetBytes(word).Select(value => (JsonNode)(int)value)]);
            tokens.Add((JsonNode)new JsonObject { ["token"] = word, ["logprob"] = Certain, ["bytes"] = bytes });
        }
        return [("logprobs", tokens)];
    }

    private static JsonObject CreateUsage(SimulatedItem item, string text, string model)
    {
        if (BilledByDuration.Contains(model))
            return new() { ["type"] = "duration", ["seconds"] = Math.Ceiling(item.AudioLength.TotalSeconds) };
        var (heard, said) = (Tokens.CountInputAudio(item.AudioLength), Tokens.CountText(text));
        return new()
        {
            ["type"] = "tokens",
            ["total_tokens"] = heard + said,
            ["input_tokens"] = heard,
            ["input_token_details"] = new JsonObject { ["text_tokens"] = 0, ["audio_tokens"] = heard },
            ["output_tokens"] = said,
        };
    }
}
