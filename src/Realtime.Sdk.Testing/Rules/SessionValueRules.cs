namespace Realtime.Sdk.Testing.Internal;

/// <summary>The model of a realtime session.</summary>
internal sealed class RealtimeModelRule : TextRule
{
    protected override void CheckText(string text, MessageCheck check) => ServiceModels.CheckRealtime(text, check.Policy, check.Path);
}

/// <summary>The model of a translation session.</summary>
internal sealed class TranslationModelRule : TextRule
{
    protected override void CheckText(string text, MessageCheck check) => ServiceModels.CheckTranslation(text, check.Policy, check.Path);
}

/// <summary>The model that transcribes the user's audio.</summary>
internal sealed class TranscriptionModelRule : TextRule
{
    protected override void CheckText(string text, MessageCheck check)
    {
        if (check.Policy.NamesDeployments)
            return;
        if (ServiceModels.IsRetired(text, check.Policy))
            throw Refusals.ModelNotFound(text, check.Path);
        if (!ServiceModels.Transcription.Contains(text) && !check.Policy.AcceptsUnknownValues)
            throw Refusals.UnknownWord(check.Path, text, ServiceModels.Transcription);
    }
}

/// <summary>The modalities of a response: known values, in a supported combination.</summary>
internal sealed class ModalitiesRule(params string[][] combinations) : WireRule
{
    private readonly ListRule _words = new(new WordRule(ServiceWords.Modalities));
    private readonly string _supported = string.Join(" and ", combinations.Select(words => $"[{string.Join(", ", words.Select(word => $"'{word}'"))}]"));

    public override void Check(JsonNode value, MessageCheck check)
    {
        _words.Check(value, check);
        var given = value.AsArray().Select(word => word.AsText()!).ToList();
        if (given.TrueForAll(ServiceWords.Modalities.Contains) && !combinations.Any(words => words.Length == given.Count && words.All(given.Contains)))
            throw Refusals.Modalities(check.Path, given, _supported);
    }
}

/// <summary>
/// A stored prompt. After the shutdown of stored prompts, the parameter is refused as unknown. This is an assumption: the service's refusal is not known.
/// </summary>
internal sealed class StoredPromptRule : WireRule
{
    private static readonly ObjectRule Members = new(new("id", TextRule.NotEmpty, IsRequired: true), new("version", TextRule.Any), new("variables", AnyObjectRule.Instance));

    public override void Check(JsonNode value, MessageCheck check)
    {
        if (check.Policy.IsShutDown(ServiceModels.StoredPromptsEnd))
            throw EmulatorHttpException.UnknownParameter(check.Path);
        Members.Check(value, check);
    }
}
