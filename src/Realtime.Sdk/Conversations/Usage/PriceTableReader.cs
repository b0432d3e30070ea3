using System.Globalization;
using Microsoft.Extensions.Configuration;

namespace Realtime.Sdk.Internal;

/// <summary>Reads <see cref="PriceTable"/> from a configuration section, without reflection. Reports all errors together.</summary>
internal static class PriceTableReader
{
    private static readonly string[] Members =
    [
        nameof(ModelPrices.TextInput), nameof(ModelPrices.AudioInput), nameof(ModelPrices.ImageInput), nameof(ModelPrices.CachedTextInput),
        nameof(ModelPrices.CachedAudioInput), nameof(ModelPrices.CachedImageInput), nameof(ModelPrices.TextOutput), nameof(ModelPrices.AudioOutput),
        nameof(ModelPrices.TranscriptionMinute),
    ];

    public static PriceTable Read(IConfiguration section)
    {
        var errors = new List<string>();
        var models = section.GetChildren().ToDictionary(row => row.Key, row => Read(row, errors), StringComparer.Ordinal);
        if (models.Count == 0)
            errors.Add($"The configuration section {(section as IConfigurationSection)?.Path} is missing or has no members.");
        return errors.Count == 0
            ? new() { Models = models }
            : throw new ArgumentException(PeerText.Sanitize($"The prices are not valid. {string.Join(' ', errors)}").ToString(), nameof(section));
    }

    private static ModelPrices Read(IConfigurationSection row, List<string> errors)
    {
        var prices = row.GetChildren().ToDictionary(member => member.Key, member => Parse(member, errors), StringComparer.OrdinalIgnoreCase);
        if (prices.Count == 0)
            errors.Add($"{row.Path} has no prices.");
        foreach (var name in prices.Keys.Except(Members, StringComparer.OrdinalIgnoreCase))
            errors.Add($"{row.Path}:{name} is not a price{(Suggestion.Format(name, Members) is { Length: > 0 } suggestion ? suggestion : ".")}");
        return new()
        {
            TextInput = Of(nameof(ModelPrices.TextInput)),
            AudioInput = Of(nameof(ModelPrices.AudioInput)),
            ImageInput = Of(nameof(ModelPrices.ImageInput)),
            CachedTextInput = Of(nameof(ModelPrices.CachedTextInput)),
            CachedAudioInput = Of(nameof(ModelPrices.CachedAudioInput)),
            CachedImageInput = Of(nameof(ModelPrices.CachedImageInput)),
            TextOutput = Of(nameof(ModelPrices.TextOutput)),
            AudioOutput = Of(nameof(ModelPrices.AudioOutput)),
            TranscriptionMinute = Of(nameof(ModelPrices.TranscriptionMinute)),
        };

        decimal? Of(string name) => prices.GetValueOrDefault(name);
    }

    private static decimal? Parse(IConfigurationSection member, List<string> errors)
    {
        if (decimal.TryParse(member.Value, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var price))
            return price;
        errors.Add($"{member.Path} must be a number.");
        return null;
    }
}
