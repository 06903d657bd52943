using EwasteEpr.Kernel;

namespace EwasteEpr.Payments.BankStatements;

/// <summary>Where money went: into the fund's account or out of it.</summary>
public enum MoneyWay
{
    In,
    Out,
}

public enum StatementFormat
{
    /// <summary>The text that 1C and every bank of the country exchange: <c>1CClientBankExchange</c>.</summary>
    OneC,
    Csv,
}

/// <summary>One document of a statement: what the bank says happened.</summary>
/// <param name="Account">The fund's own account (ИИК) it happened on.</param>
/// <param name="BookedOn">The day the bank booked it.</param>
/// <param name="DocumentOn">The day on the payer's document.</param>
public sealed record BankDocument(
    string Account, MoneyWay Way, Money Amount, DateOnly BookedOn, DateOnly DocumentOn, string DocumentNo, BankParty Party, string Purpose, string? PurposeCode);

/// <summary>Who is on the other side.</summary>
/// <param name="Number">BIN or IIN as the bank wrote it, digits only; it need not be valid.</param>
/// <param name="Account">Their account.</param>
public sealed record BankParty(string Name, string? Number, string? Account);

/// <summary>A row of the file: a document, or what is wrong with it; never nothing.</summary>
/// <param name="LineNo">Where it begins in the file.</param>
/// <param name="Document">As far as it could be read; complete when there is no fault.</param>
public sealed record StatementRow(int LineNo, BankDocument? Document, RowFault? Fault);

/// <param name="Field">The name of the field in the file.</param>
/// <param name="Value">What stood there, at most 200 characters.</param>
public sealed record RowFault(RowFaultCode Code, string Field = "", string Value = "");

/// <summary>Why a row is refused. The names stand in the database and lead to sentences.</summary>
public enum RowFaultCode
{
    NoNumber,
    NumberTooLong,
    NoDate,
    BadDate,
    FutureDate,
    OutsidePeriod,
    NoAmount,
    BadAmount,
    ZeroAmount,
    NegativeAmount,
    HugeAmount,
    TooManyDecimals,
    BothWays,
    WhichWay,
    OtherAccount,
    OtherCurrency,
    TooManyFields,
    BrokenQuotes,
}

/// <summary>What a file says of one account, put together from its sections.</summary>
public sealed record AccountTurnover(string Account, DateOnly From, DateOnly Until, long? OpeningTiyn, long? ReceivedTiyn, long? SpentTiyn, long? ClosingTiyn);

/// <summary>Why a file as a whole is refused.</summary>
public enum FileFaultCode
{
    Empty,
    TooLarge,
    TooManyRows,
    LineTooLong,
    Binary,
    EncodingNotKnown,
    EncodingBroken,
    NotAStatement,
    Truncated,
    NoAccount,
    OtherAccount,
    NoOwnAccounts,
    BadSection,
    SectionInsideSection,
    ReceivedDiffers,
    SpentDiffers,
    BalanceDiffers,
    ColumnsNotKnown,
    NoRows,
}

/// <param name="LineNo">Where it was seen; 0 where the file as a whole is meant.</param>
/// <param name="Value">What was seen.</param>
/// <param name="Expected">What would have been right.</param>
public sealed record FileFault(FileFaultCode Code, int LineNo = 0, string Value = "", string Expected = "");

/// <summary>Carries a <see cref="FileFault"/> up from inside the stream.</summary>
public sealed class UnreadableStatementException(FileFault fault) : Exception(fault?.ToString())
{
    public FileFault Fault { get; } = fault ?? throw new ArgumentNullException(nameof(fault));
}
