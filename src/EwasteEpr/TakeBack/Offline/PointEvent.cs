using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using EwasteEpr.Kernel;

namespace EwasteEpr.TakeBack.Offline;

/// <summary>What a device without network says it did.</summary>
public enum PointEventKind
{
    /// <summary>A person came without a code.</summary>
    DropOff,
    Accept,
    Refuse,

    /// <summary>A container was opened.</summary>
    Container,
    Seal,
    Undo,
}

/// <summary>One record of a device's queue, to the letter as the device wrote it.</summary>
/// <param name="Id">Made on the device; what it creates carries the same id.</param>
/// <param name="Sequence">1, 2, 3, ... on this device.</param>
/// <param name="PreviousHash">Hex of the hash of the record before; none for the first.</param>
/// <param name="Person">Who was signed in on the device.</param>
/// <param name="At">The device's clock, as text: a claim, never an order.</param>
/// <param name="Body">JSON text; hashed as it stands.</param>
public sealed record PointEvent(Guid Id, long Sequence, string? PreviousHash, PointEventKind Kind, Guid Person, string At, string Body)
{
    /// <summary>SHA-256 over the fields, each on a line: the same recipe as in the device's script.</summary>
    public string Hash => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', PreviousHash ?? "", Sequence.ToString(System.Globalization.CultureInfo.InvariantCulture), Kind.ToString(), Id.ToString("D"), Person.ToString("D"), At, Body))));
}

/// <param name="Point">Where the device stood: a point of its organisation.</param>
public sealed record PointBatch(PointId Point, string? ScaleNo, DateOnly? ScaleVerifiedUntil, IReadOnlyList<PointEvent> Events);

/// <summary>What became of a record. Asked again, it is told again.</summary>
/// <param name="Outcome">Applied, Waiting, Refused or Forked.</param>
/// <param name="Reason">Of a refusal: the name of a rule.</param>
/// <param name="Result">The drop-off, intake, refusal or container it made.</param>
public sealed record PointEventAnswer(Guid Id, string Outcome, string? Reason, Guid? Result);

/// <summary>The bodies of the records. Unknown fields are ignored: an older server must not lose what a newer device wrote.</summary>
internal static class PointEventBody
{
    private static readonly JsonSerializerOptions Options = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower, NumberHandling = JsonNumberHandling.Strict, Converters = { new JsonStringEnumConverter() } };

    /// <returns>Null when the text is no such body.</returns>
    public static T? Read<T>(string json)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize<T>(json, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record DropOffBody(string? Language, IReadOnlyList<DropOffBodyItem>? Items);

internal sealed record DropOffBodyItem(string? UnuKey, DropOffs.HeldCondition Condition, DropOffs.DataChoice DataChoice, bool ForReuse);

/// <param name="Code">Of a drop-off that was announced; or</param>
/// <param name="DropOff">the record that opened one here.</param>
internal sealed record AcceptBody(string? Code, Guid? DropOff, IReadOnlyList<AcceptBodyItem>? Items);

internal sealed record AcceptBodyItem(
    string? UnuKey, Vouchers.Rewards.ItemCondition Condition, long? GrossGrams, long? TareGrams, string? Serial, string? TamperLabel, string? BagNo,
    DropOffs.DataChoice DataChoice, IReadOnlyList<Intake.Hazard>? Hazards, bool ForReuse, Guid Container);

internal sealed record RefuseBody(string? Code, Guid? DropOff, string? UnuKey, Intake.RefusalReason Reason, string? Note);

internal sealed record ContainerBody(Containers.ContainerKind Kind, string? Category, bool ForReuse, long TareGrams, long? CapacityGrams);

internal sealed record SealBody(Guid Container, long GrossGrams, string? SealNo);

/// <param name="Event">The acceptance that is taken back.</param>
internal sealed record UndoBody(Guid Event);
