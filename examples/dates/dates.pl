#!/usr/bin/env perl
# Reads articles as JSON Lines on standard input and answers each with one JSON line on standard output.
use strict;
use warnings;
use JSON::PP;

$| = 1;    # each answer is sent at once: whoever asked waits for it before the next article
my $json = JSON::PP->new->utf8->canonical;    # bytes outside, characters inside: offsets count characters, as they must

my @months = qw(January February March April May June July August September October November December);
my %number = map { $months[$_] => $_ + 1 } 0 .. $#months;
my $month  = join '|', @months;

while ( my $line = <STDIN> ) {
    my $article = $json->decode($line);
    print $json->encode( { id => $article->{id}, mentions => mentions( $article->{text} ) } ), "\n";
}

sub mentions {
    my ($text) = @_;
    my @found;
    while ( $text =~ /\b(?:(\d{1,2})\s+)?($month)\s+(\d{4})\b|\b((?:19|20)\d\d)\b|\b(\d{1,3}(?:,\d{3})+|\d+)\b/ag ) {
        my ( $day, $name, $year, $alone, $count ) = ( $1, $2, $3, $4, $5 );
        my ( $type, $value );
        if    ( defined $count ) { ( $type, $value ) = ( 'NUM',  '=' . $count =~ tr/,//dr ) }
        elsif ( defined $alone ) { ( $type, $value ) = ( 'DATE', $alone ) }
        else {
            $type  = 'DATE';
            $value = sprintf '%s-%02d', $year, $number{$name};
            $value .= sprintf '-%02d', $day if defined $day;
        }
        push @found, { start => $-[0], end => $+[0], type => $type, value => $value };
    }
    return \@found;
}
