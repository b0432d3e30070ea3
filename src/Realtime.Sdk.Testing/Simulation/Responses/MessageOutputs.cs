using System.Text;

namespace Realtime.Sdk.Testing.Internal;

/// <summary>A message of the assistant with one part.</summary>
internal abstract class MessageOutput(ResponseScope scope, int index)
    : ResponseOutput(scope, index, new(new JsonObject
    {
        ["id"] = scope.Context.Ids.Next("item_"),
        ["type"] = "message",
        ["status"] = "in_progress",
        ["role"] = "assistant",
        ["content"] = new JsonArray(),
    }))
{
    protected StringBuilder Said { get; } = new();

    protected JsonArray Content => Item.Json["content"]!.AsArray();

    protected void OpenPart(JsonObject part) => Send("response.content_part.added", ("content_index", 0), ("part", part));

    protected void ClosePart(JsonObject part, JsonObject content)
    {
        Send("response.content_part.done", ("content_index", 0), ("part", part));
        Content.Clear();
        Content.Add((JsonNode)content);
    }
}

/// <summary>An answer in text.</summary>
internal sealed class TextOutput(ResponseScope scope, int index, Func<string> text) : MessageOutput(scope, index)
{
    protected override IEnumerable<TimeSpan> GetPieces()
    {
        OpenPart(new() { ["type"] = "text", ["text"] = "" });
        foreach (var word in Speech.Words(text()))
        {
            if (!Scope.TrySpend(word))
                yield break;
            Said.Append(word);
            Send("response.output_text.delta", ("content_index", 0), ("delta", word));
            yield return Scope.Context.Options.Pace.GetGenerationTime(Speech.GetNormalLength(word));
        }
    }

    protected override void Close()
    {
        var said = Said.ToString();
        Send("response.output_text.done", ("content_index", 0), ("text", said));
        ClosePart(new() { ["type"] = "text", ["text"] = said }, new() { ["type"] = "output_text", ["text"] = said });
    }
}

/// <summary>An answer in audio, with its transcript.</summary>
internal sealed class AudioOutput(ResponseScope scope, int index, Func<string> text) : MessageOutput(scope, index)
{
    protected override IEnumerable<TimeSpan> GetPieces()
    {
        OpenPart(new() { ["type"] = "audio", ["transcript"] = "" });
        Content.Add((JsonNode)new JsonObject { ["type"] = "output_audio", ["transcript"] = "" });
        var answer = text();
        var speech = Scope.Settings.Speak(answer);
        Item.Speech = speech;
        foreach (var word in Speech.Words(answer))
        {
            var length = speech.GetLength(word);
            if (!Scope.TrySpend(word, length))
                yield break;
            Say(word, speech, length);
            yield return Scope.Context.Options.Pace.GetGenerationTime(length);
        }
    }

    protected override void Close()
    {
        var said = Said.ToString();
        Send("response.output_audio.done", ("content_index", 0));
        Send("response.output_audio_transcript.done", ("content_index", 0), ("transcript", said));
        ClosePart(new() { ["type"] = "audio", ["transcript"] = said }, new() { ["type"] = "output_audio", ["transcript"] = said });
    }

    private void Say(string word, Speech speech, TimeSpan length)
    {
        Scope.Context.Playback.Add(Scope.Id, Item, speech, word);
        Said.Append(word);
        Item.AudioLength += length;
        Scope.Conversation?.HeardVoice ??= Scope.Settings.Voice;
        Send("response.output_audio_transcript.delta", ("content_index", 0), ("delta", word));
        if (!Scope.Context.HasMedia)
            SendAudio("response.output_audio.delta", speech.Say(word));
    }
}
